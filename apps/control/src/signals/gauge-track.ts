const widthSeconds = 5
const length = 720

/** What one gauge said over the last hour, in steps of five seconds: the largest value of each. */
export class GaugeTrack {
  newest = 0
  private readonly values = new Float32Array(length)
  private readonly slots = new Float64Array(length).fill(-1)

  write(second: number, value: number): void {
    const slot = Math.floor(second / widthSeconds)
    const place = slot % length
    // Of a queue that fills and empties, the full one is what matters.
    this.values[place] = this.slots[place] === slot ? Math.max(this.values[place] ?? 0, value) : value
    this.slots[place] = slot
    this.newest = value
  }

  /** Undefined when nothing was said in [since, until). */
  largest(since: number, until: number): number | undefined {
    let found: number | undefined
    const last = Math.ceil(until / widthSeconds)
    for (let slot = Math.max(Math.ceil(since / widthSeconds), last - length); slot < last; slot++) {
      if (this.slots[slot % length] !== slot) continue
      found = Math.max(found ?? 0, this.values[slot % length] ?? 0)
    }
    return found
  }
}
