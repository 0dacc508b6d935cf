import type { Random } from '../request/random.ts'

/**
 * Earliest deadline first: each entry's next turn comes 1/weight after its last, so that turns are in proportion to the
 * weights and well mixed. A pick costs the logarithm of the number of entries and allocates nothing; a weight that has
 * changed counts from the entry's next turn on.
 */
export class EdfSchedule {
  /** A heap of entry numbers. */
  private readonly heap: Int32Array
  private readonly deadlines: Float64Array
  private readonly weightOf: (entry: number) => number

  constructor(count: number, weightOf: (entry: number) => number, random: Random) {
    this.weightOf = weightOf
    this.heap = Int32Array.from({ length: count }, (_, index) => index)
    // Anywhere within the first turn: proxies that start together must not all begin with the same entry.
    this.deadlines = Float64Array.from({ length: count }, (_, index) => random() / weightOf(index))
    for (let index = (count >> 1) - 1; index >= 0; index--) this.sink(index)
  }

  /** The entry whose turn it is. There must be one. */
  next(): number {
    const entry = this.heap[0] as number // not empty
    this.deadlines[entry] = (this.deadlines[entry] as number) + 1 / this.weightOf(entry)
    this.sink(0)
    return entry
  }

  private sink(from: number): void {
    const { heap, deadlines } = this
    const entry = heap[from] as number // in range
    const deadline = deadlines[entry] as number
    let at = from
    for (;;) {
      let child = at * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && this.deadlineAt(child + 1) < this.deadlineAt(child)) child++
      if (this.deadlineAt(child) >= deadline) break
      heap[at] = heap[child] as number // in range
      at = child
    }
    heap[at] = entry
  }

  private deadlineAt(position: number): number {
    return this.deadlines[this.heap[position] as number] as number // in range
  }
}
