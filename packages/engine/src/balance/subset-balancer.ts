import type { Hash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import { Balancer, type Members } from './balancer.ts'
import type { BalancerSettings, SubsetFallback, SubsetSettings } from './balancer-settings.ts'
import { keysText, type SubsetMatch, subsetMatchOf } from './subset-match.ts'

/**
 * The endpoints of a cluster divided by their metadata (`lb_subset_config`): a route that names values gets the endpoints
 * that have them, and what the fallback says when there are none.
 */
export class SubsetBalancer<Endpoint extends BalancedEndpoint> {
  private readonly settings: SubsetSettings
  private readonly whole: Balancer<Endpoint>
  private readonly preset: Balancer<Endpoint>
  private readonly subsets = new Map<string, Balancer<Endpoint>>()
  /** The fallback of each selector by its keys. */
  private readonly fallbacks: ReadonlyMap<string, SubsetFallback>

  constructor(settings: BalancerSettings, subsets: SubsetSettings, members: Members<Endpoint>, random: Random) {
    this.settings = subsets
    const balancerOf = (endpoints: readonly Endpoint[]) => new Balancer(settings, { ...members, endpoints }, random)
    this.whole = balancerOf(members.endpoints)
    this.preset = balancerOf(members.endpoints.filter((endpoint) => hasValues(endpoint, subsets)))
    this.fallbacks = new Map(
      subsets.selectors.map(({ keys, fallback }) => [keysText(keys), fallback ?? subsets.fallback]),
    )
    for (const [text, endpoints] of divide(members.endpoints, subsets)) this.subsets.set(text, balancerOf(endpoints))
  }

  invalidate(): void {
    this.whole.invalidate()
    this.preset.invalidate()
    for (const subset of this.subsets.values()) subset.invalidate()
  }

  pick(match: SubsetMatch | undefined, hash: Hash64 | undefined, attempt: number, nowMs: number): Endpoint | undefined {
    const found = match && this.subsets.get(match.text)
    if (found !== undefined) return found.pick(hash, attempt, nowMs)
    switch ((match && this.fallbacks.get(match.keys)) ?? this.settings.fallback) {
      case 'none':
        return undefined
      case 'any':
        return this.whole.pick(hash, attempt, nowMs)
      case 'default': {
        const isOut = this.settings.panicAny && (this.preset.isEmpty || this.preset.isPanicking(nowMs))
        return (isOut ? this.whole : this.preset).pick(hash, attempt, nowMs)
      }
    }
  }
}

function hasValues({ config }: BalancedEndpoint, { defaultValues }: SubsetSettings): boolean {
  for (const [key, value] of defaultValues) if (config.subsetValues.get(key) !== value) return false
  return true
}

/** Every combination of values that the endpoints have for the keys of a selector. */
function divide<Endpoint extends BalancedEndpoint>(
  endpoints: readonly Endpoint[],
  { selectors, listAsAny }: SubsetSettings,
): Map<string, Endpoint[]> {
  const divided = new Map<string, Endpoint[]>()
  for (const { keys } of selectors) {
    for (const endpoint of endpoints) {
      for (const values of combinations(keys, endpoint.config.subsetValues, listAsAny)) {
        const text = subsetMatchOf(values)?.text ?? ''
        const same = divided.get(text)
        if (same === undefined) divided.set(text, [endpoint])
        else if (same.at(-1) !== endpoint) same.push(endpoint)
      }
    }
  }
  return divided
}

function combinations(
  keys: readonly string[],
  values: ReadonlyMap<string, string>,
  listAsAny: boolean,
): ReadonlyMap<string, string>[] {
  let found: ReadonlyMap<string, string>[] = [new Map()]
  for (const key of keys) {
    const value = values.get(key)
    if (value === undefined) return []
    const each =
      listAsAny && value.startsWith('[') ? (JSON.parse(value) as unknown[]).map((one) => JSON.stringify(one)) : [value]
    found = found.flatMap((before) => each.map((one) => new Map([...before, [key, one] as const])))
  }
  return found
}
