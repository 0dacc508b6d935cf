import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { MetadataMatcher as MetadataMatcherMessage } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/metadata_pb'
import type { ValueMatcher as ValueMatcherMessage } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/value_pb'
import { compileStringMatcher } from './compile-string-matcher.ts'
import type { MetadataMatcher, ValueMatcher } from './metadata-matcher.ts'

export function compileMetadataMatcher(message: MetadataMatcherMessage, path: string): MetadataMatcher {
  if (message.filter === '') throw new ResourceRejected(`${path}.filter`, 'must not be empty')
  if (message.path.length === 0) throw new ResourceRejected(`${path}.path`, 'must not be empty')
  if (message.value === undefined) throw new ResourceRejected(`${path}.value`, 'is required')
  return {
    namespace: message.filter,
    path: message.path.map(({ segment }, index) => {
      if (segment.case === undefined || segment.value === '') {
        throw new ResourceRejected(`${path}.path[${index}].key`, 'must not be empty')
      }
      return segment.value
    }),
    value: compileValueMatcher(message.value, `${path}.value`),
    isInverted: message.invert,
  }
}

function compileValueMatcher({ matchPattern: pattern }: ValueMatcherMessage, path: string): ValueMatcher {
  switch (pattern.case) {
    case 'nullMatch':
      return { kind: 'null' }
    case 'doubleMatch': {
      const { matchPattern: number } = pattern.value
      if (number.case === 'exact') return { kind: 'exact-number', number: number.value }
      if (number.case === 'range') return { kind: 'number', from: number.value.start, before: number.value.end }
      throw new ResourceRejected(`${path}.double_match`, 'says no number')
    }
    case 'stringMatch':
      return { kind: 'string', matcher: compileStringMatcher(pattern.value, `${path}.string_match`) }
    case 'boolMatch':
      return { kind: 'bool', expected: pattern.value }
    case 'presentMatch':
      return { kind: 'present', expected: pattern.value }
    case 'listMatch': {
      const { matchPattern: list } = pattern.value
      if (list.case === undefined) throw new ResourceRejected(`${path}.list_match`, 'says no value')
      return { kind: 'list', oneOf: compileValueMatcher(list.value, `${path}.list_match.one_of`) }
    }
    case 'orMatch': {
      const { valueMatchers } = pattern.value
      const at = `${path}.or_match.value_matchers`
      if (valueMatchers.length < 2) throw new ResourceRejected(at, 'must be at least two')
      return { kind: 'or', any: valueMatchers.map((each, index) => compileValueMatcher(each, `${at}[${index}]`)) }
    }
    case undefined:
      throw new ResourceRejected(path, 'says nothing')
  }
}
