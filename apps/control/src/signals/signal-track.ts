import { SignalCell } from './signal-cell.ts'

/** Cells of one width, the newest so many; an old cell's place is taken by the new one. */
class CellRing {
  private readonly cells: ({ readonly slot: number; readonly cell: SignalCell } | undefined)[] = []
  readonly widthSeconds: number
  readonly length: number

  constructor(widthSeconds: number, length: number) {
    this.widthSeconds = widthSeconds
    this.length = length
  }

  at(second: number): SignalCell {
    const slot = Math.floor(second / this.widthSeconds)
    const place = slot % this.length
    const known = this.cells[place]
    if (known?.slot === slot) return known.cell
    const cell = new SignalCell()
    this.cells[place] = { slot, cell }
    return cell
  }

  /** Cells that begin in [since, until). */
  addTo(sum: SignalCell, since: number, until: number): void {
    const first = Math.ceil(since / this.widthSeconds)
    const last = Math.ceil(until / this.widthSeconds)
    for (let slot = Math.max(first, last - this.length); slot < last; slot++) {
      const known = this.cells[slot % this.length]
      if (known?.slot === slot) sum.add(known.cell)
    }
  }
}

/** Seconds that are kept one by one, and how far back fives are kept. */
export const fineSeconds = 300
export const coarseSeconds = 3600
export const coarseWidth = 5

/** What happened on one edge or at one proxy: the last five minutes by the second, the last hour in steps of five. */
export class SignalTrack {
  private readonly seconds = new CellRing(1, fineSeconds)
  private readonly fives = new CellRing(coarseWidth, coarseSeconds / coarseWidth)
  /** Epoch seconds of the newest request. */
  lastAt = 0

  write(second: number, observe: (cell: SignalCell) => void): void {
    observe(this.seconds.at(second))
    observe(this.fives.at(second))
    this.lastAt = Math.max(this.lastAt, second)
  }

  /** Sums up [since, until) in epoch seconds, in seconds where they are still kept and in steps of five before. */
  sum(since: number, until: number, now: number, into = new SignalCell()): SignalCell {
    const isFine = since > now - fineSeconds
    const ring = isFine ? this.seconds : this.fives
    ring.addTo(into, since, until)
    return into
  }
}
