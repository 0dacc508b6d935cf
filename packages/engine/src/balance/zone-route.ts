import { availabilityOf, type BalancedEndpoint } from './balanced-endpoint.ts'

/** The cluster that this proxy is itself part of: who else sends to the same endpoints, and from where. */
export type LocalCluster = {
  /** The proxy's own locality. */
  readonly locality: string
  readonly endpoints: readonly BalancedEndpoint[]
}

/** How requests are shared out over localities, so that as many as possible stay in their own. */
export type ZoneRoute = {
  /** The own one is first, where there are endpoints in it. */
  readonly localities: readonly string[]
  /** Of 10,000 requests so many stay; 10,000 where all can. */
  readonly staying: number
  /** What the others have room for, added up: a locality is met as often as it adds. */
  readonly room: readonly number[]
}

const whole = 10_000

/**
 * Zone-aware routing as Envoy does it: each locality is to get what its endpoints can carry. Where the own one has as large a
 * share of the endpoints as of the senders, nothing leaves it; else what is too much goes where there is room. Undefined:
 * not in so small a cluster, or where nobody knows who else sends.
 */
export function zoneRoute(
  local: LocalCluster,
  endpoints: readonly BalancedEndpoint[],
  clusterSizeMin: number,
): ZoneRoute | undefined {
  const healthy = countByLocality(endpoints.filter(isHealthy))
  const healthyCount = sum(healthy.values())
  const places = [...new Set(endpoints.map(({ config }) => config.locality))].sort()
  const senders = new Set(local.endpoints.map(({ config }) => config.locality))
  if (places.length < 2 || senders.size < 2 || !senders.has(local.locality)) return undefined
  if (healthyCount < clusterSizeMin) return undefined
  const sending = countByLocality(local.endpoints.filter(isHealthy))
  const sendingCount = sum(sending.values())
  const shareOf = (counts: ReadonlyMap<string, number>, total: number, place: string) =>
    total === 0 ? 0 : Math.floor((whole * (counts.get(place) ?? 0)) / total)
  const hasOwn = places.includes(local.locality)
  const localities = hasOwn ? [local.locality, ...places.filter((place) => place !== local.locality)] : places
  const own = hasOwn ? shareOf(healthy, healthyCount, local.locality) : 0
  const ownSending = shareOf(sending, sendingCount, local.locality)
  if (own > 0 && own >= ownSending) return { localities, staying: whole, room: [] }
  let total = 0
  const room = localities.map((place) => {
    const share = shareOf(healthy, healthyCount, place)
    // A place without endpoints that are well has no room, whoever sends from there.
    const spare = share === 0 ? 0 : share - shareOf(sending, sendingCount, place)
    if (place !== local.locality && spare > 0) total += spare
    return total
  })
  return { localities, staying: ownSending > 0 ? Math.floor((own * whole) / ownSending) : 0, room }
}

function isHealthy(endpoint: BalancedEndpoint): boolean {
  return availabilityOf(endpoint) === 'healthy'
}

function countByLocality(endpoints: readonly BalancedEndpoint[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { config } of endpoints) counts.set(config.locality, (counts.get(config.locality) ?? 0) + 1)
  return counts
}

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const each of numbers) total += each
  return total
}
