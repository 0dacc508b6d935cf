import type { Hash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import type { BalanceCounts } from './balance-counts.ts'
import type { PickerOptions } from './build-picker.ts'
import type { Picker } from './picker.ts'
import type { ZoneRoute } from './zone-route.ts'

/** A locality by the zone route, then an endpoint of it. Where nobody is left in that locality, anybody. */
export class ZonePicker<Endpoint> implements Picker<Endpoint> {
  private readonly route: ZoneRoute
  private readonly pickers: readonly (Picker<Endpoint> | undefined)[]
  private readonly anybody: Picker<Endpoint>
  private readonly enabledPercent: number
  private readonly random: Random
  private readonly counts: BalanceCounts

  /** `pickers` are those of the route's localities, in its order. */
  constructor(
    route: ZoneRoute,
    pickers: readonly (Picker<Endpoint> | undefined)[],
    anybody: Picker<Endpoint>,
    enabledPercent: number,
    { random, counts }: Pick<PickerOptions, 'random' | 'counts'>,
  ) {
    this.route = route
    this.pickers = pickers
    this.anybody = anybody
    this.enabledPercent = enabledPercent
    this.random = random
    this.counts = counts
  }

  pick(hash: Hash64 | undefined, attempt: number, nowMs: number): Endpoint {
    const isEnabled = this.enabledPercent >= 100 || this.random() * 100 < this.enabledPercent
    const picker = isEnabled ? this.pickers[this.choosePlace()] : undefined
    return (picker ?? this.anybody).pick(hash, attempt, nowMs)
  }

  private choosePlace(): number {
    const { staying, room, localities } = this.route
    const { counts } = this
    if (staying >= 10_000) {
      counts.zoneAllDirectly++
      return 0
    }
    if (this.random() * 10_000 < staying) {
      counts.zoneSampled++
      return 0
    }
    counts.zoneCross++
    const total = room.at(-1) ?? 0
    // Nothing but rounding is left over.
    if (total === 0) return Math.floor(this.random() * localities.length)
    const drawn = this.random() * total
    return room.findIndex((each) => drawn < each)
  }
}
