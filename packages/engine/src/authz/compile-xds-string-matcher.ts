import { create } from '@bufbuild/protobuf'
import { StringMatcherSchema } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/string_pb'
import type { StringMatcher as XdsStringMatcher } from '@heddle/shared/xds/generated/xds/type/matcher/v3/string_pb'
import { compileStringMatcher } from '../match/compile-string-matcher.ts'
import type { StringMatcher } from '../match/string-matcher.ts'

/** `xds.type.matcher.v3.StringMatcher` says the same as Envoy's own, in another package. */
export function compileXdsStringMatcher({ matchPattern, ignoreCase }: XdsStringMatcher, path: string): StringMatcher {
  const pattern =
    matchPattern.case === 'safeRegex'
      ? ({ case: 'safeRegex', value: { regex: matchPattern.value.regex } } as const)
      : matchPattern
  return compileStringMatcher(create(StringMatcherSchema, { matchPattern: pattern, ignoreCase }), path)
}
