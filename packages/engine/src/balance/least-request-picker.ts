import type { Hash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import type { BalancerPolicy } from './balancer-settings.ts'
import { EdfSchedule } from './edf-schedule.ts'
import type { Picker } from './picker.ts'
import { areEqual, slowStartWeight } from './slow-start-weight.ts'

type LeastRequest = Extract<BalancerPolicy, { kind: 'least-request' }>

/**
 * Equal weights: the least busy of a few that are drawn. Different weights: a schedule in which an endpoint counts
 * weight / (requests under way + 1) ^ bias.
 */
export class LeastRequestPicker<Endpoint extends BalancedEndpoint> implements Picker<Endpoint> {
  private readonly endpoints: readonly Endpoint[]
  private readonly choices: number | 'all'
  private readonly random: Random
  private readonly schedule: EdfSchedule | undefined
  private nowMs: number

  constructor(
    endpoints: readonly Endpoint[],
    { choices, activeBias, slowStart }: LeastRequest,
    random: Random,
    nowMs: number,
  ) {
    this.endpoints = endpoints
    this.choices = choices
    this.random = random
    this.nowMs = nowMs
    const weightOf = (entry: number) => {
      const endpoint = endpoints[entry] as Endpoint // in range
      const weight = slowStartWeight(endpoint, slowStart, this.nowMs)
      if (activeBias === 0) return weight
      return activeBias === 1 ? weight / (endpoint.active + 1) : weight / (endpoint.active + 1) ** activeBias
    }
    if (!areEqual(endpoints, slowStart, nowMs)) this.schedule = new EdfSchedule(endpoints.length, weightOf, random)
  }

  pick(_hash: Hash64 | undefined, _attempt: number, nowMs: number): Endpoint {
    this.nowMs = nowMs
    if (this.schedule !== undefined) return this.endpoints[this.schedule.next()] as Endpoint // in range
    const { endpoints, random, choices } = this
    if (choices === 'all') return leastBusy(endpoints, random)
    let best = endpoints[Math.floor(random() * endpoints.length)] as Endpoint // random is below 1
    for (let draw = 1; draw < choices; draw++) {
      const other = endpoints[Math.floor(random() * endpoints.length)] as Endpoint // likewise
      if (other.active < best.active) best = other
    }
    return best
  }
}

/** Of all of them; any of those that are equally free. */
function leastBusy<Endpoint extends BalancedEndpoint>(endpoints: readonly Endpoint[], random: Random): Endpoint {
  let best = endpoints[0] as Endpoint // not empty
  let equals = 1
  for (let index = 1; index < endpoints.length; index++) {
    const other = endpoints[index] as Endpoint // in range
    if (other.active > best.active) continue
    equals = other.active < best.active ? 1 : equals + 1
    // Each of n equals is kept with a chance of 1/n.
    if (equals === 1 || random() * equals < 1) best = other
  }
  return best
}
