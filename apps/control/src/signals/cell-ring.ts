import { bucketCount } from './duration-histogram.ts'
import { countFlag, type SignalCell } from './signal-cell.ts'

/** The counts of one cell, in this order, and then its buckets. */
const counters = ['requests', 'errors', 'ownErrors', 'denied', 'injected'] as const
const countsPerRow = counters.length + bucketCount
const firstRows = 8
/** Counts take two bytes each until one needs more. */
const smallMax = 0xffff
const largeMax = 0xffff_ffff
const noRevision = 0xffff_ffff
/** In one cell. There are a thousand of them for each edge, and more than this is not told apart. */
const flagsMax = 16
const revisionsMax = 16

/** What few cells have. */
type Extra = { flags: Map<string, number> | undefined; revisions: readonly number[] }

/**
 * Cells of one width, the newest so many; an old cell's place is taken by the new one.
 *
 * Kept as rows in a few arrays and not as objects: a large mesh has a million of them, most of small numbers, and as objects
 * they take ten times the memory. Rows are made when they are needed, so an edge that is seldom used has few.
 */
export class CellRing {
  readonly widthSeconds: number
  readonly length: number
  /** The row of each place of the ring; 0 for none, else one more than the row. */
  private places: Uint16Array | undefined
  private slots = new Uint32Array(0)
  private revisions = new Uint32Array(0)
  private sums = new Float32Array(0)
  private counts: Uint16Array | Uint32Array = new Uint16Array(0)
  private extras: Map<number, Extra> | undefined
  private rows = 0

  constructor(widthSeconds: number, length: number) {
    this.widthSeconds = widthSeconds
    this.length = length
  }

  /** Adds what was counted in a second. */
  add(second: number, cell: SignalCell): void {
    const row = this.rowOf(Math.floor(second / this.widthSeconds))
    const first = row * countsPerRow
    for (const [index, name] of counters.entries()) this.count(first + index, cell[name])
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      this.count(first + counters.length + bucket, cell.durations[bucket] ?? 0)
    }
    this.sums[row] = (this.sums[row] ?? 0) + cell.durationSumMs
    for (const revision of cell.revisions) this.see(row, revision)
    if (cell.flags !== undefined) for (const [flag, count] of cell.flags) this.flag(row, flag, count)
  }

  /** Cells that begin in [since, until). */
  addTo(sum: SignalCell, since: number, until: number): void {
    if (this.places === undefined) return
    const first = Math.ceil(since / this.widthSeconds)
    const last = Math.ceil(until / this.widthSeconds)
    for (let slot = Math.max(first, last - this.length); slot < last; slot++) {
      const row = (this.places[slot % this.length] ?? 0) - 1
      if (row >= 0 && this.slots[row] === slot) this.addRow(sum, row)
    }
  }

  private addRow(sum: SignalCell, row: number): void {
    const first = row * countsPerRow
    const { counts } = this
    for (const [index, name] of counters.entries()) sum[name] += counts[first + index] ?? 0
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      sum.durations[bucket] = (sum.durations[bucket] ?? 0) + (counts[first + counters.length + bucket] ?? 0)
    }
    sum.durationSumMs += this.sums[row] ?? 0
    const revision = this.revisions[row] ?? noRevision
    if (revision !== noRevision) sum.revision(revision)
    const extra = this.extras?.get(row)
    if (extra === undefined) return
    for (const other of extra.revisions) sum.revision(other)
    if (extra.flags !== undefined) for (const [flag, count] of extra.flags) sum.flag(flag, count)
  }

  private rowOf(slot: number): number {
    this.places ??= new Uint16Array(this.length)
    const place = slot % this.length
    const known = (this.places[place] ?? 0) - 1
    if (known >= 0 && this.slots[known] === slot) return known
    const row = known >= 0 ? known : this.newRow()
    this.places[place] = row + 1
    this.slots[row] = slot
    this.revisions[row] = noRevision
    this.sums[row] = 0
    this.counts.fill(0, row * countsPerRow, (row + 1) * countsPerRow)
    this.extras?.delete(row)
    return row
  }

  private newRow(): number {
    const row = this.rows++
    if (row < this.slots.length) return row
    const size = Math.min(this.length, Math.max(firstRows, row * 2))
    this.slots = grown(this.slots, new Uint32Array(size))
    this.revisions = grown(this.revisions, new Uint32Array(size))
    this.sums = grown(this.sums, new Float32Array(size))
    const wider = size * countsPerRow
    this.counts = grown(
      this.counts,
      this.counts instanceof Uint32Array ? new Uint32Array(wider) : new Uint16Array(wider),
    )
    return row
  }

  private count(at: number, more: number): void {
    if (more === 0) return
    // Reporters are not ours alone: a count may come as a fraction, or as anything.
    const next = Math.min(largeMax, Math.max(0, Math.round((this.counts[at] ?? 0) + more)))
    if (next > smallMax && this.counts instanceof Uint16Array) this.counts = Uint32Array.from(this.counts)
    this.counts[at] = next
  }

  private see(row: number, revision: number): void {
    const known = this.revisions[row]
    if (known === revision) return
    if (known === noRevision) {
      this.revisions[row] = revision
      return
    }
    const extra = this.extraOf(row)
    if (extra.revisions.length < revisionsMax && !extra.revisions.includes(revision))
      extra.revisions = [...extra.revisions, revision]
  }

  private flag(row: number, flag: string, count: number): void {
    const extra = this.extraOf(row)
    extra.flags ??= new Map()
    countFlag(extra.flags, flag, count, flagsMax)
  }

  private extraOf(row: number): Extra {
    this.extras ??= new Map()
    let extra = this.extras.get(row)
    if (extra === undefined) {
      extra = { flags: undefined, revisions: [] }
      this.extras.set(row, extra)
    }
    return extra
  }
}

function grown<Numbers extends Uint16Array | Uint32Array | Float32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from)
  return to
}
