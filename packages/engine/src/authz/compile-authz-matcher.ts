import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { type Action, ActionSchema } from '@heddle/shared/xds/generated/envoy/config/rbac/v3/rbac_pb'
import type {
  Matcher,
  Matcher_OnMatch as OnMatch,
  Matcher_MatcherList_Predicate as Predicate,
  Matcher_MatcherTree as Tree,
} from '@heddle/shared/xds/generated/xds/type/matcher/v3/matcher_pb'
import type { AuthzPolicy, AuthzPolicySet } from './authz-policy-set.ts'
import { actionOf, decision } from './compile-authz-policy-set.ts'
import { compileMatcherPredicate, type Doubt } from './compile-matcher-predicate.ts'
import { compileMatcherBranches, type MatcherBranch } from './compile-matcher-tree.ts'
import type { Permission } from './permission.ts'

/** Compiles what stands before a decision, as the action behind it wants it. */
type Guard = (doubt: Doubt) => Permission

/**
 * `matcher` and `shadow_matcher` of an RBAC filter: a tree of conditions with actions as its leaves. It becomes a list of
 * policies, each with all conditions on the way to its leaf, in the order in which the tree is walked: the first that holds
 * decides. What no leaf takes is denied, as in Envoy.
 */
export function compileAuthzMatcher(matcher: Matcher, path: string): AuthzPolicySet {
  const policies: AuthzPolicy[] = []
  addMatcher(matcher, [], policies, path)
  // Each policy has an action of its own; what is left over is denied as where a set allows.
  return { action: 'allow', policies, otherwise: decision(false, '') }
}

function addMatcher(matcher: Matcher, guards: readonly Guard[], into: AuthzPolicy[], path: string): void {
  switch (matcher.matcherType.case) {
    case 'matcherList':
      for (const [index, { predicate, onMatch }] of matcher.matcherType.value.matchers.entries()) {
        const at = `${path}.matcher_list.matchers[${index}]`
        addOnMatch(onMatch, [...guards, guardOf(predicate, `${at}.predicate`)], into, `${at}.on_match`)
      }
      break
    case 'matcherTree':
      addTree(matcher.matcherType.value, guards, into, `${path}.matcher_tree`)
      break
    case undefined:
      if (matcher.onNoMatch === undefined) throw new ResourceRejected(path, 'matches nothing and says nothing else')
  }
  if (matcher.onNoMatch !== undefined) addOnMatch(matcher.onNoMatch, guards, into, `${path}.on_no_match`)
}

function guardOf(predicate: Predicate | undefined, path: string): Guard {
  return (doubt) => compileMatcherPredicate(predicate, doubt, path)
}

function addTree(tree: Tree, guards: readonly Guard[], into: AuthzPolicy[], path: string): void {
  const branches: readonly MatcherBranch[] = compileMatcherBranches(tree, path)
  for (const { guard, onMatch, path: at } of branches) addOnMatch(onMatch, [...guards, guard], into, at)
}

function addOnMatch(onMatch: OnMatch | undefined, guards: readonly Guard[], into: AuthzPolicy[], path: string): void {
  if (onMatch?.keepMatching === true) throw new ResourceRejected(`${path}.keep_matching`, 'not supported yet')
  switch (onMatch?.onMatch.case) {
    case 'matcher':
      addMatcher(onMatch.onMatch.value, guards, into, `${path}.matcher`)
      return
    case 'action': {
      const config = onMatch.onMatch.value.typedConfig
      const at = `${path}.action.typed_config`
      const typeName = config?.typeUrl.replace(/^.*\//, '')
      if (config === undefined || typeName !== ActionSchema.typeName) {
        throw new ResourceRejected(at, `${typeName ?? 'none'} is no action of RBAC`)
      }
      into.push(policyOf(fromBinary(ActionSchema, config.value), guards, at))
      return
    }
    case undefined:
      throw new ResourceRejected(path, 'has no action')
  }
}

function policyOf({ name, action }: Action, guards: readonly Guard[], path: string): AuthzPolicy {
  if (name === '') throw new ResourceRejected(`${path}.name`, 'must not be empty')
  const does = actionOf(action, `${path}.action`)
  const rules = guards.map((guard) => guard(does === 'deny' ? 'matches' : 'misses'))
  return {
    name,
    permissions: [rules.length === 1 && rules[0] !== undefined ? rules[0] : { kind: 'and', rules }],
    principals: [{ kind: 'any' }],
    decision: decision(does !== 'deny', name),
  }
}
