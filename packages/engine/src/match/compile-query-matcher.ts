import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { QueryParameterMatcher } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { compileStringMatcher } from './compile-string-matcher.ts'
import type { QueryMatcher } from './query-matcher.ts'

export function compileQueryMatcher(message: QueryParameterMatcher, path: string): QueryMatcher {
  if (message.name === '') throw new ResourceRejected(`${path}.name`, 'must not be empty')
  const specifier = message.queryParameterMatchSpecifier
  switch (specifier.case) {
    case 'stringMatch':
      return {
        name: message.name,
        test: { kind: 'string', matcher: compileStringMatcher(specifier.value, `${path}.string_match`) },
      }
    case 'presentMatch':
      return { name: message.name, test: { kind: 'present', expected: specifier.value } }
    case undefined:
      return { name: message.name, test: { kind: 'present', expected: true } }
  }
}
