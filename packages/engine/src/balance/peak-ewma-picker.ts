import type { Hash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import type { BalancerPolicy } from './balancer-settings.ts'
import type { Picker } from './picker.ts'

type PeakEwma = Extract<BalancerPolicy, { kind: 'peak-ewma' }>

/** Of two that are drawn, the one that a request would probably leave sooner: latency × (requests under way + 1) / weight. */
export class PeakEwmaPicker<Endpoint extends BalancedEndpoint> implements Picker<Endpoint> {
  private readonly endpoints: readonly Endpoint[]
  private readonly policy: PeakEwma
  private readonly random: Random

  constructor(endpoints: readonly Endpoint[], policy: PeakEwma, random: Random) {
    this.endpoints = endpoints
    this.policy = policy
    this.random = random
  }

  pick(_hash: Hash64 | undefined, _attempt: number, nowMs: number): Endpoint {
    const { endpoints, random } = this
    const first = Math.floor(random() * endpoints.length)
    // Two different ones: a draw of the same twice would give a slow endpoint its full share in small clusters.
    const second = (first + 1 + Math.floor(random() * (endpoints.length - 1))) % endpoints.length
    const one = endpoints[first] as Endpoint // random is below 1
    const other = endpoints[second] as Endpoint // likewise
    return this.cost(other, nowMs) < this.cost(one, nowMs) ? other : one
  }

  private cost({ config, active, ewmaMs, ewmaAtMs }: BalancedEndpoint, nowMs: number): number {
    const { decayMs, defaultMs } = this.policy
    // Without new answers the past counts less and less, so that an endpoint that was slow once is asked again.
    const latency = ewmaAtMs === 0 ? defaultMs : ewmaMs * Math.exp((ewmaAtMs - nowMs) / decayMs)
    return (Math.max(latency, 0.001) * (active + 1)) / config.weight
  }
}
