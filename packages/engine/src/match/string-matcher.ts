import { containsIgnoreCase, endsWithIgnoreCase, equalsIgnoreCase, startsWithIgnoreCase } from './ascii-case.ts'
import type { LinearRegex } from './linear-regex.ts'

/** `envoy.type.matcher.v3.StringMatcher`, compiled. */
export type StringMatcher =
  | {
      readonly kind: 'exact' | 'prefix' | 'suffix' | 'contains'
      /** In lower case when case is ignored. */
      readonly value: string
      readonly ignoreCase: boolean
    }
  /** The whole string. */
  | { readonly kind: 'regex'; readonly regex: LinearRegex }

export function matchesString(matcher: StringMatcher, text: string): boolean {
  switch (matcher.kind) {
    case 'exact':
      return matcher.ignoreCase ? equalsIgnoreCase(text, matcher.value) : text === matcher.value
    case 'prefix':
      return matcher.ignoreCase ? startsWithIgnoreCase(text, matcher.value) : text.startsWith(matcher.value)
    case 'suffix':
      return matcher.ignoreCase ? endsWithIgnoreCase(text, matcher.value) : text.endsWith(matcher.value)
    case 'contains':
      return matcher.ignoreCase ? containsIgnoreCase(text, matcher.value) : text.includes(matcher.value)
    case 'regex':
      return matcher.regex.matchesWhole(text)
  }
}
