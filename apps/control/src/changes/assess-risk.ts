import type { EdgeEffect } from '@heddle/shared/api/simulate'
import type { AuthorizationPolicy } from '@heddle/shared/model/authorization-policy'
import type { FaultInjection } from '@heddle/shared/model/fault-injection'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import type { ActivePolicy } from '../revisions/apply-edits.ts'
import { effectWords } from '../simulate/effect-words.ts'
import { canonicalJson } from '../store/canonical-json.ts'

export type RiskLevel = 'low' | 'medium' | 'high'
export type Risk = { readonly level: RiskLevel; readonly reasons: readonly string[] }

/** Above this share of all recorded requests that would be denied, limited, timed out or answered by a fault, a change is a high risk. */
const hurtShareMax = 0.1
const hurts = ['newlyDenied', 'faulted', 'newlyLimited', 'newlyTimedOut'] as const
/** The same for requests that would be treated otherwise in any way. */
const touchedShareMax = 0.5
/** A fault of this percentage on a whole service takes it down for its callers. */
const outagePercentage = 50

/**
 * How careful to be with a change, from what it says and from what it would have done to recorded requests. Pure.
 *
 * High: it opens access, removes a route, acts on the whole mesh, or meets a large share of the traffic. Low: requests were
 * recorded and it would have changed nothing for any of them. Medium: everything else.
 */
export function assessRisk(
  before: readonly ActivePolicy[],
  after: readonly ActivePolicy[],
  edges: readonly EdgeEffect[],
): Risk {
  const high = [...opensAccess(before, after), ...removesRoutes(before, after), ...actsWidely(before, after)]
  const total = sum(edges, 'requests')
  const hurt = hurts.reduce((all, kind) => all + sum(edges, kind), 0)
  const touched = total - sum(edges, 'unchanged') - sum(edges, 'cannotTell')
  if (total > 0 && hurt / total > hurtShareMax) high.push(`${percent(hurt / total)} of all requests would fail`)
  if (total > 0 && touched / total > touchedShareMax)
    high.push(`${percent(touched / total)} of all requests would change`)
  if (sum(edges, 'newlyAllowed') > 0) high.push('requests that are denied would be allowed')
  const effects = effectsOf(edges, total)
  if (high.length > 0) return { level: 'high', reasons: [...new Set(high), ...effects] }
  if (total === 0) return { level: 'medium', reasons: ['no request was recorded that could tell its effect'] }
  return { level: effects.length > 0 || sum(edges, 'cannotTell') > 0 ? 'medium' : 'low', reasons: effects }
}

type Pair<Kind> = { readonly key: string; readonly old: Kind | undefined; readonly fresh: Kind | undefined }

/** Objects of a kind that differ. */
function differing<Kind extends ActivePolicy['object']>(
  kind: Kind['kind'],
  before: readonly ActivePolicy[],
  after: readonly ActivePolicy[],
): Pair<Kind>[] {
  const of = (policies: readonly ActivePolicy[]) =>
    new Map(policies.filter(({ object }) => object.kind === kind).map(({ key, object }) => [key, object as Kind])) // by kind
  const [old, fresh] = [of(before), of(after)]
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((key) => {
    const pair = { key, old: old.get(key), fresh: fresh.get(key) }
    return canonicalJson(pair.old ?? null) === canonicalJson(pair.fresh ?? null) ? [] : [pair]
  })
}

/** Judged by what is written: that nobody has tried a door lately does not make it safe to open. */
function opensAccess(before: readonly ActivePolicy[], after: readonly ActivePolicy[]): string[] {
  return differing<AuthorizationPolicy>('AuthorizationPolicy', before, after).flatMap(({ key, old, fresh }) => {
    const wasDeny = old?.spec.action === 'DENY'
    const isDeny = fresh?.spec.action === 'DENY'
    if (old !== undefined && wasDeny) {
      const keeps = fresh !== undefined && isDeny && sameReach(old, fresh) && hasAllRules(fresh, old)
      return keeps ? [] : [`${key} opens access: it denies less`]
    }
    if (old !== undefined && fresh !== undefined) {
      if (isDeny) return [`${key} opens access: it no longer limits who may call`]
      if (!sameReach(old, fresh)) return [`${key} opens access: it protects other workloads`]
      return hasAllRules(old, fresh) ? [] : [`${key} opens access: it allows more`]
    }
    const others = (old === undefined ? before : after).filter(
      (each) => each.key !== key && each.object.kind === 'AuthorizationPolicy' && isAllow(each.object),
    )
    // Without another one of the same reach, a first ALLOW closes what was open, and a last one that goes opens everything.
    const hasOther = others.some(({ object }) =>
      overlaps(object as AuthorizationPolicy, (old ?? fresh) as AuthorizationPolicy),
    ) // one is there
    if (old !== undefined) return hasOther ? [] : [`${key} opens access: nothing limits who may call any more`]
    return hasOther && !isDeny ? [`${key} opens access: it allows more`] : []
  })
}

function isAllow(policy: ActivePolicy['object']): boolean {
  return policy.kind === 'AuthorizationPolicy' && policy.spec.action !== 'DENY'
}

function sameReach(a: AuthorizationPolicy, b: AuthorizationPolicy): boolean {
  return canonicalJson(reachOf(a)) === canonicalJson(reachOf(b))
}

/** Whether two policies may protect one workload; in doubt they do. */
function overlaps(a: AuthorizationPolicy, b: AuthorizationPolicy): boolean {
  const namespaces = [a, b].map(({ metadata }) => metadata.namespace)
  const isWide = namespaces.includes(meshDefaults.rootNamespace)
  return isWide || namespaces[0] === namespaces[1]
}

function reachOf({ metadata, spec }: AuthorizationPolicy) {
  return [metadata.namespace, spec.selector ?? null, spec.targetRefs ?? null]
}

/** Every rule of the second stands in the first. */
function hasAllRules(a: AuthorizationPolicy, b: AuthorizationPolicy): boolean {
  const there = new Set((a.spec.rules ?? []).map(canonicalJson))
  return (b.spec.rules ?? []).every((rule) => there.has(canonicalJson(rule)))
}

function removesRoutes(before: readonly ActivePolicy[], after: readonly ActivePolicy[]): string[] {
  const left = new Set(after.map(({ key }) => key))
  return before
    .filter(({ key, object }) => object.kind === 'HTTPRoute' && !left.has(key))
    .map(({ key }) => `${key} is removed: its requests take another way`)
}

function actsWidely(before: readonly ActivePolicy[], after: readonly ActivePolicy[]): string[] {
  const policies = differing<AuthorizationPolicy>('AuthorizationPolicy', before, after).flatMap(
    ({ key, old, fresh }) =>
      [old, fresh].some((each) => each?.metadata.namespace === meshDefaults.rootNamespace)
        ? [`${key} acts on the whole mesh`]
        : [],
  )
  const outages = differing<FaultInjection>('FaultInjection', before, after).flatMap(({ key, fresh }) => {
    const { abort, delay, reset, from, match } = fresh?.spec ?? {}
    const isOutage = [abort, delay, reset].some((part) => (part?.percentage ?? 0) >= outagePercentage)
    return isOutage && from === undefined && match === undefined
      ? [`${key} acts on at least half of all requests of a service`]
      : []
  })
  return [...policies, ...outages]
}

function effectsOf(edges: readonly EdgeEffect[], total: number): string[] {
  return effectWords.flatMap(([kind, words]) =>
    sum(edges, kind) > 0 ? [`${percent(sum(edges, kind) / total)} of all requests ${words}`] : [],
  )
}

type CountOf = { [Key in keyof EdgeEffect]: EdgeEffect[Key] extends number ? Key : never }[keyof EdgeEffect]

function sum(edges: readonly EdgeEffect[], kind: CountOf): number {
  return edges.reduce((all, edge) => all + edge[kind], 0)
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}
