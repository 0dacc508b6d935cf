import { CellRing } from './cell-ring.ts'
import { SignalCell } from './signal-cell.ts'

/** Seconds that are kept one by one, and how far back fives are kept. */
export const fineSeconds = 300
export const coarseSeconds = 3600
export const coarseWidth = 5

/** Used for one write after the other. */
const scratch = new SignalCell()

/** What happened on one edge or at one proxy: the last five minutes by the second, the last hour in steps of five. */
export class SignalTrack {
  private readonly seconds = new CellRing(1, fineSeconds)
  private readonly fives = new CellRing(coarseWidth, coarseSeconds / coarseWidth)
  /** Epoch seconds of the newest request. */
  lastAt = 0

  write(second: number, observe: (cell: SignalCell) => void): void {
    scratch.clear()
    observe(scratch)
    this.seconds.add(second, scratch)
    this.fives.add(second, scratch)
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
