import type { Hash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import type { BalanceCounts } from './balance-counts.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import { Balancer, type Members, type Steering } from './balancer.ts'
import type { BalancerSettings, SubsetSelector, SubsetSettings } from './balancer-settings.ts'
import { divideSubsets, hasValues } from './divide-subsets.ts'
import { localityWeights } from './locality-weights.ts'
import { keysText, reduceMatch, type SubsetMatch } from './subset-match.ts'

type Source<Endpoint> = Pick<Balancer<Endpoint & BalancedEndpoint>, 'pick' | 'invalidate'>

/**
 * The endpoints of a cluster divided by their metadata (`lb_subset_config`): a route that names values gets the endpoints
 * that have them, and what the fallback says when there are none.
 */
export class SubsetBalancer<Endpoint extends BalancedEndpoint> {
  private readonly settings: SubsetSettings
  private readonly counts: BalanceCounts
  private readonly whole: Balancer<Endpoint>
  private readonly preset: Balancer<Endpoint>
  private readonly subsets = new Map<string, Source<Endpoint>>()
  /** By its keys. */
  private readonly selectors: ReadonlyMap<string, SubsetSelector>
  /** Matches of routes by the keys that they were reduced to: a pick makes none anew. */
  private readonly reduced = new WeakMap<SubsetMatch, Map<ReadonlySet<string>, SubsetMatch | undefined>>()

  constructor(settings: BalancerSettings, subsets: SubsetSettings, members: Members<Endpoint>, random: Random) {
    this.settings = subsets
    this.counts = members.counts
    // Localities have their weights in a subset only where that is asked for.
    const isLocalityWeighted = settings.isLocalityWeighted && subsets.localityWeights !== 'ignored'
    const within = { ...settings, isLocalityWeighted }
    const balancerOf = (endpoints: readonly Endpoint[]) => {
      const localityWeight =
        subsets.localityWeights === 'scaled' ? localityWeights(endpoints, members.endpoints) : members.localityWeight
      return new Balancer(within, { ...members, endpoints, localityWeight }, random)
    }
    this.whole = balancerOf(members.endpoints)
    this.preset = balancerOf(
      members.endpoints.filter((each) => hasValues(each, subsets.defaultValues, subsets.listAsAny)),
    )
    const selectors = new Map<string, SubsetSelector>()
    // Of two with the same keys the first one says what happens.
    for (const each of subsets.selectors) {
      const keys = keysText(each.keys)
      if (!selectors.has(keys)) selectors.set(keys, each)
    }
    this.selectors = selectors
    for (const [text, { endpoints, isSingle }] of divideSubsets(members.endpoints, subsets)) {
      this.subsets.set(text, isSingle ? singleOf(endpoints) : balancerOf(endpoints))
    }
  }

  /** The combinations of values that there are. */
  get matches(): ReadonlySet<string> {
    return new Set(this.subsets.keys())
  }

  invalidate(): void {
    this.whole.invalidate()
    this.preset.invalidate()
    for (const subset of this.subsets.values()) subset.invalidate()
  }

  levelsAt(nowMs: number): ReturnType<Balancer<Endpoint>['levelsAt']> {
    return this.whole.levelsAt(nowMs)
  }

  pick(
    match: SubsetMatch | undefined,
    hash: Hash64 | undefined,
    attempt: number,
    nowMs: number,
    steering?: Steering<Endpoint>,
  ): Endpoint | undefined {
    const alternatives = this.settings.usesFallbackList ? match?.alternatives : undefined
    if (alternatives === undefined) return this.pickOnce(match, hash, attempt, nowMs, steering)
    for (const each of alternatives) {
      const picked = this.pickOnce(each, hash, attempt, nowMs, steering)
      if (picked !== undefined) return picked
    }
    return undefined
  }

  private pickOnce(
    asked: SubsetMatch | undefined,
    hash: Hash64 | undefined,
    attempt: number,
    nowMs: number,
    steering: Steering<Endpoint> | undefined,
  ): Endpoint | undefined {
    const match = asked === undefined || !this.settings.allowsRedundantKeys ? asked : this.withoutRedundant(asked)
    const found = match && this.subsets.get(match.text)
    if (found !== undefined) {
      this.counts.subsetsSelected++
      return found.pick(hash, attempt, nowMs, steering)
    }
    const selector = match && this.selectors.get(match.keys)
    switch (selector?.fallback) {
      case 'none':
        return undefined
      case 'any':
        this.counts.subsetsFallback++
        return this.whole.pick(hash, attempt, nowMs, steering)
      case 'default':
        this.counts.subsetsFallback++
        return this.preset.pick(hash, attempt, nowMs, steering)
      case 'keys':
        // Fewer keys each time: it comes to an end.
        return this.pickOnce(match && this.reduce(match, selector.fallbackKeys), hash, attempt, nowMs, steering)
      case undefined:
        return this.fallBack(hash, attempt, nowMs, steering)
    }
  }

  /** As the cluster says. */
  private fallBack(
    hash: Hash64 | undefined,
    attempt: number,
    nowMs: number,
    steering: Steering<Endpoint> | undefined,
  ): Endpoint | undefined {
    const { fallback, panicAny } = this.settings
    if (fallback === 'none') return undefined
    this.counts.subsetsFallback++
    const picked = (fallback === 'any' ? this.whole : this.preset).pick(hash, attempt, nowMs, steering)
    if (picked !== undefined || !panicAny) return picked
    this.counts.subsetsFallbackPanic++
    return this.whole.pick(hash, attempt, nowMs, steering)
  }

  /** The keys of the first selector whose keys are all among those of the route. */
  private withoutRedundant(match: SubsetMatch): SubsetMatch {
    for (const { keySet } of this.settings.selectors) {
      const reduced = this.reduce(match, keySet)
      if (reduced?.values.length === keySet.size) return reduced
    }
    return match
  }

  private reduce(match: SubsetMatch, keys: ReadonlySet<string>): SubsetMatch | undefined {
    let known = this.reduced.get(match)
    if (known === undefined) {
      known = new Map()
      this.reduced.set(match, known)
    }
    if (!known.has(keys)) known.set(keys, reduceMatch(match, keys))
    return known.get(keys)
  }
}

/** `single_host_per_subset`: the first endpoint of the first priority, well or not. */
function singleOf<Endpoint extends BalancedEndpoint>(endpoints: readonly Endpoint[]): Source<Endpoint> {
  let single = endpoints[0]
  for (const each of endpoints) if (single && each.config.priority < single.config.priority) single = each
  return { pick: () => single, invalidate: () => undefined }
}
