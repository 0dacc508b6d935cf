import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { StringMatcher as StringMatcherMessage } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/string_pb'
import { wireBytes } from '../mutate/wire-text.ts'
import { lowerAscii } from './ascii-case.ts'
import { compileLinearRegex } from './linear-regex.ts'
import type { StringMatcher } from './string-matcher.ts'

/** Over text as it stands in a head, one character a byte. */
export function compileStringMatcher(message: StringMatcherMessage, path: string): StringMatcher {
  const pattern = message.matchPattern
  switch (pattern.case) {
    case 'exact':
      return literal('exact', pattern.value, message.ignoreCase)
    case 'prefix':
    case 'suffix':
    case 'contains':
      // An empty prefix would match everything; Envoy refuses it too.
      if (pattern.value === '') throw new ResourceRejected(`${path}.${pattern.case}`, 'must not be empty')
      return literal(pattern.case, pattern.value, message.ignoreCase)
    case 'safeRegex':
      // RE2 has its own flag for case, "(?i)": this one would do nothing.
      if (message.ignoreCase) throw new ResourceRejected(`${path}.ignore_case`, 'has no effect on safe_regex')
      return { kind: 'regex', regex: compileLinearRegex(pattern.value.regex, `${path}.safe_regex`) }
    case 'custom':
      throw new ResourceRejected(`${path}.custom`, 'not supported yet')
    case undefined:
      throw new ResourceRejected(path, 'has no pattern')
  }
}

function literal(
  kind: 'exact' | 'prefix' | 'suffix' | 'contains',
  written: string,
  ignoreCase: boolean,
): StringMatcher {
  const value = wireBytes(written)
  return { kind, value: ignoreCase ? lowerAscii(value) : value, ignoreCase }
}
