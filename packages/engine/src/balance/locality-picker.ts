import type { Hash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import { EdfSchedule } from './edf-schedule.ts'
import type { Picker } from './picker.ts'

export type WeightedLocality<Endpoint> = { readonly weight: number; readonly picker: Picker<Endpoint> }

/** A locality in proportion to its weight, then an endpoint of it. */
export class LocalityPicker<Endpoint> implements Picker<Endpoint> {
  private readonly localities: readonly WeightedLocality<Endpoint>[]
  private readonly schedule: EdfSchedule

  constructor(localities: readonly WeightedLocality<Endpoint>[], random: Random) {
    this.localities = localities
    const weightOf = (entry: number) => (localities[entry] as WeightedLocality<Endpoint>).weight // in range
    this.schedule = new EdfSchedule(localities.length, weightOf, random)
  }

  pick(hash: Hash64 | undefined, attempt: number, nowMs: number): Endpoint {
    const { picker } = this.localities[this.schedule.next()] as WeightedLocality<Endpoint> // in range
    return picker.pick(hash, attempt, nowMs)
  }
}
