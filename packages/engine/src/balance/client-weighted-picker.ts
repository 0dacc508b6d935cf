import type { Hash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import { EdfSchedule } from './edf-schedule.ts'
import type { Picker } from './picker.ts'
import { type ClientWeighted, weightNow } from './reported-load.ts'

/**
 * In turns, by weights that endpoints report themselves (gRFC A58). Who has said nothing that counts has the median of the
 * others. Weights are looked at with a pick, when their period is over: nothing ticks.
 */
export class ClientWeightedPicker<Endpoint extends BalancedEndpoint> implements Picker<Endpoint> {
  private readonly endpoints: readonly Endpoint[]
  private readonly policy: ClientWeighted
  private readonly random: Random
  private weights: readonly number[] = []
  /** Undefined while all count the same. */
  private schedule: EdfSchedule | undefined
  private cursor: number
  private nextMs = 0

  constructor(endpoints: readonly Endpoint[], policy: ClientWeighted, random: Random, nowMs: number) {
    this.endpoints = endpoints
    this.policy = policy
    this.random = random
    this.cursor = Math.floor(random() * endpoints.length)
    this.weigh(nowMs)
  }

  pick(_hash: Hash64 | undefined, _attempt: number, nowMs: number): Endpoint {
    if (nowMs >= this.nextMs) this.weigh(nowMs)
    if (this.schedule !== undefined) return this.endpoints[this.schedule.next()] as Endpoint // in range
    this.cursor = this.cursor + 1 < this.endpoints.length ? this.cursor + 1 : 0
    return this.endpoints[this.cursor] as Endpoint // in range
  }

  private weigh(nowMs: number): void {
    this.nextMs = nowMs + this.policy.updateMs
    const reported = this.endpoints.map(({ reported: load }) => weightNow(load, this.policy, nowMs))
    const usual = medianOf(reported.filter((weight) => weight !== undefined))
    const weights = reported.map((weight) => weight ?? usual)
    if (weights.every((weight, index) => weight === this.weights[index])) return
    this.weights = weights
    const isEqual = weights.every((weight) => weight === weights[0])
    this.schedule = isEqual
      ? undefined
      : new EdfSchedule(weights.length, (entry) => weights[entry] as number, this.random) // in range
  }
}

function medianOf(weights: readonly number[]): number {
  const sorted = weights.toSorted((first, second) => first - second)
  const middle = sorted.length >> 1
  const upper = sorted[middle]
  if (upper === undefined) return 1
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? upper) : upper
  return Math.trunc((lower + upper) / 2)
}
