import { type Availability, availabilityOf, type BalancedEndpoint } from './balanced-endpoint.ts'
import type { BalancerSettings } from './balancer-settings.ts'
import { buildPicker, type PickerOptions } from './build-picker.ts'
import { LocalityPicker } from './locality-picker.ts'
import type { Picker } from './picker.ts'
import { isPanicking, type LevelCounts } from './priority-load.ts'
import { ZonePicker } from './zone-picker.ts'
import { type LocalCluster, zoneRoute } from './zone-route.ts'

/** One priority: whom to pick from by what they are good for. A picker is made when it is first asked. */
export type Level<Endpoint> = {
  readonly priority: number
  readonly counts: LevelCounts
  readonly healthy: () => Picker<Endpoint> | undefined
  readonly degraded: () => Picker<Endpoint> | undefined
  /** In a panic. */
  readonly all: () => Picker<Endpoint> | undefined
}

export type LevelOptions<Endpoint> = PickerOptions & {
  readonly settings: BalancerSettings
  readonly overprovisioningPercent: number
  /** `weighted_priority_health`: weights instead of heads decide how healthy a priority is. */
  readonly weighsHealth: boolean
  readonly localityWeight: (endpoint: Endpoint) => number
  /** The proxy's own cluster; undefined where requests need not stay near. */
  readonly local: LocalCluster | undefined
}

export function buildLevel<Endpoint extends BalancedEndpoint>(
  priority: number,
  endpoints: readonly Endpoint[],
  options: LevelOptions<Endpoint>,
): Level<Endpoint> {
  const counted: Endpoint[] = []
  const by: Record<Exclude<Availability, 'excluded'>, Endpoint[]> = { healthy: [], degraded: [], unhealthy: [] }
  for (const endpoint of endpoints) {
    const availability = availabilityOf(endpoint)
    if (availability === 'excluded') continue
    counted.push(endpoint)
    by[availability].push(endpoint)
  }
  const size = (list: readonly Endpoint[]) =>
    options.weighsHealth ? list.reduce((sum, { config }) => sum + config.weight, 0) : list.length
  return {
    priority,
    counts: {
      total: size(counted),
      healthy: size(by.healthy),
      degraded: size(by.degraded),
      ...(options.weighsHealth
        ? { heads: { total: counted.length, healthy: by.healthy.length, degraded: by.degraded.length } }
        : {}),
    },
    healthy: once(() => buildSource(by.healthy, counted, options)),
    degraded: once(() => buildSource(by.degraded, counted, options)),
    all: once(() => (isShared(options) ? buildShared(counted, counted, options) : buildFlat(counted, options))),
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function buildFlat<Endpoint extends BalancedEndpoint>(
  list: readonly Endpoint[],
  options: LevelOptions<Endpoint>,
): Picker<Endpoint> | undefined {
  if (list.length === 0) return undefined
  return buildPicker(
    options.settings.policy,
    list.map((endpoint) => ({ endpoint, weight: endpoint.config.weight })),
    options,
  )
}

function buildSource<Endpoint extends BalancedEndpoint>(
  list: readonly Endpoint[],
  counted: readonly Endpoint[],
  options: LevelOptions<Endpoint>,
): Picker<Endpoint> | undefined {
  if (isShared(options)) return buildShared(list, counted, options)
  const { settings, overprovisioningPercent, localityWeight, random } = options
  const weighted = list.filter((endpoint) => localityWeight(endpoint) > 0)
  if (!settings.isLocalityWeighted || weighted.length === 0) return buildNear(list, counted, options)
  const localities = byLocality(weighted)
  const all = byLocality(counted)
  const pickers = [...localities].flatMap(([name, members]) => {
    const picker = buildFlat(members, options)
    if (picker === undefined) return []
    // A locality that has lost endpoints is worth less, beyond what it has in reserve.
    const healthyShare = members.length / (all.get(name)?.length ?? members.length)
    const worth = Math.min(1, (overprovisioningPercent / 100) * healthyShare)
    return members[0] === undefined ? [] : [{ weight: localityWeight(members[0]) * worth, picker }]
  })
  return new LocalityPicker(pickers, random)
}

/** A table knows no localities: their weights are shared out among their endpoints. */
function isShared<Endpoint>({ settings: { policy, isLocalityWeighted } }: LevelOptions<Endpoint>): boolean {
  return isLocalityWeighted && (policy.kind === 'ring-hash' || policy.kind === 'maglev')
}

/** A locality without a weight has no load, whoever else is there: who is where must not depend on who is well. */
function buildShared<Endpoint extends BalancedEndpoint>(
  list: readonly Endpoint[],
  counted: readonly Endpoint[],
  options: LevelOptions<Endpoint>,
): Picker<Endpoint> | undefined {
  const { localityWeight, settings } = options
  const weightOf = ([first]: readonly Endpoint[]) => (first === undefined ? 0 : localityWeight(first))
  const total = [...byLocality(counted).values()].reduce((sum, members) => sum + weightOf(members), 0)
  // By name, as Envoy has them: on a ring the order decides who has the odd place.
  const localities = [...byLocality(list)].sort(([a], [b]) => (a < b ? -1 : 1))
  const shared = localities.flatMap(([, members]) => {
    const sum = members.reduce((all, { config }) => all + config.weight, 0)
    const worth = weightOf(members) / total
    return members.map((endpoint) => ({ endpoint, weight: (worth * endpoint.config.weight) / sum }))
  })
  const loaded = shared.filter(({ weight }) => weight > 0)
  return loaded.length === 0 ? undefined : buildPicker(settings.policy, loaded, options)
}

/** In their own locality first, where it is known who else sends. */
function buildNear<Endpoint extends BalancedEndpoint>(
  list: readonly Endpoint[],
  counted: readonly Endpoint[],
  options: LevelOptions<Endpoint>,
): Picker<Endpoint> | undefined {
  const { settings, local } = options
  const anybody = buildFlat(list, options)
  const { kind } = settings.policy
  // A table knows no localities.
  if (local === undefined || anybody === undefined || kind === 'ring-hash' || kind === 'maglev') return anybody
  const { enabledPercent, clusterSizeMin } = settings.zoneAware
  const route = zoneRoute(local, counted, clusterSizeMin)
  if (route === undefined) return anybody
  if (isPanicking(countsOf(local.endpoints), settings.panicPercent)) return settings.failsOnPanic ? undefined : anybody
  const localities = byLocality(list)
  const pickers = route.localities.map((name) => buildFlat(localities.get(name) ?? [], options))
  return new ZonePicker(route, pickers, anybody, enabledPercent, options)
}

function countsOf(endpoints: readonly BalancedEndpoint[]): LevelCounts {
  const counted = endpoints.map(availabilityOf).filter((each) => each !== 'excluded')
  const count = (wanted: Availability) => counted.filter((each) => each === wanted).length
  return { total: counted.length, healthy: count('healthy'), degraded: count('degraded') }
}

function byLocality<Endpoint extends BalancedEndpoint>(list: readonly Endpoint[]): Map<string, Endpoint[]> {
  const localities = new Map<string, Endpoint[]>()
  for (const endpoint of list) {
    const { locality } = endpoint.config
    const members = localities.get(locality)
    if (members) members.push(endpoint)
    else localities.set(locality, [endpoint])
  }
  return localities
}
