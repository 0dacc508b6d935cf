import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type {
  Matcher_MatcherList_Predicate as Predicate,
  Matcher_MatcherList_Predicate_PredicateList as PredicateList,
  Matcher_MatcherList_Predicate_SinglePredicate as SinglePredicate,
} from '@heddle/shared/xds/generated/xds/type/matcher/v3/matcher_pb'
import { compileCustomMatch } from './compile-custom-match.ts'
import { compileText } from './compile-text-input.ts'
import { compileXdsStringMatcher } from './compile-xds-string-matcher.ts'
import type { Permission } from './permission.ts'

/**
 * What is made of several values where one is asked for: lines of one header, names of one kind in a certificate. Envoy joins
 * them with commas, and who may send another line could so hide the one that a rule names. Where a match leads to a denial, any
 * of them matches too; where it leads to what is allowed, they match as one or not at all.
 */
export type Doubt = 'matches' | 'misses'

/** A condition of a matcher list. */
export function compileMatcherPredicate(predicate: Predicate | undefined, doubt: Doubt, path: string): Permission {
  switch (predicate?.matchType.case) {
    case 'singlePredicate':
      return compileSingle(predicate.matchType.value, doubt, `${path}.single_predicate`)
    case 'andMatcher':
      return { kind: 'and', rules: compileAll(predicate.matchType.value, doubt, `${path}.and_matcher`) }
    case 'orMatcher':
      return { kind: 'or', rules: compileAll(predicate.matchType.value, doubt, `${path}.or_matcher`) }
    case 'notMatcher': {
      const other = doubt === 'matches' ? 'misses' : 'matches'
      return { kind: 'not', rule: compileMatcherPredicate(predicate.matchType.value, other, `${path}.not_matcher`) }
    }
    case undefined:
      throw new ResourceRejected(path, 'is required')
  }
}

function compileAll({ predicate: all }: PredicateList, doubt: Doubt, path: string): Permission[] {
  if (all.length < 2) throw new ResourceRejected(`${path}.predicate`, 'must be at least 2')
  return all.map((each, index) => compileMatcherPredicate(each, doubt, `${path}.predicate[${index}]`))
}

function compileSingle({ input, matcher }: SinglePredicate, doubt: Doubt, path: string): Permission {
  switch (matcher.case) {
    case 'valueMatch':
      return compileText(
        input,
        compileXdsStringMatcher(matcher.value, `${path}.value_match`),
        doubt === 'matches',
        `${path}.input`,
      )
    case 'customMatch':
      return compileCustomMatch(input, matcher.value, path)
    case undefined:
      throw new ResourceRejected(path, 'matches nothing')
  }
}
