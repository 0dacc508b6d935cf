import type { Hash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import type { SlowStart } from './balancer-settings.ts'
import { EdfSchedule } from './edf-schedule.ts'
import type { Picker } from './picker.ts'
import { areEqual, slowStartWeight } from './slow-start-weight.ts'

/** One after the other; by a schedule where weights differ. */
export class RoundRobinPicker<Endpoint extends BalancedEndpoint> implements Picker<Endpoint> {
  private readonly endpoints: readonly Endpoint[]
  private readonly schedule: EdfSchedule | undefined
  private cursor: number
  private nowMs: number

  constructor(endpoints: readonly Endpoint[], slowStart: SlowStart | undefined, random: Random, nowMs: number) {
    this.endpoints = endpoints
    this.nowMs = nowMs
    this.cursor = Math.floor(random() * endpoints.length)
    const weightOf = (entry: number) => slowStartWeight(endpoints[entry] as Endpoint, slowStart, this.nowMs) // in range
    if (!areEqual(endpoints, slowStart, nowMs)) this.schedule = new EdfSchedule(endpoints.length, weightOf, random)
  }

  pick(_hash: Hash64 | undefined, _attempt: number, nowMs: number): Endpoint {
    this.nowMs = nowMs
    if (this.schedule !== undefined) return this.endpoints[this.schedule.next()] as Endpoint // in range
    this.cursor = this.cursor + 1 < this.endpoints.length ? this.cursor + 1 : 0
    return this.endpoints[this.cursor] as Endpoint // in range
  }
}
