/** What became of requests, as far as a rollout asks. */
export type Outcomes = { readonly requests: number; readonly errors: number; readonly injected: number }

export const slotSeconds = 5
const keptSeconds = 3600
/** A mesh runs two at a time, and a few more where proxies are cut off. Numbers come from outside: what is beyond is not counted. */
const revisionsOfSlotMax = 16

type Piece = { readonly slot: number; readonly revision: number; requests: number; errors: number; injected: number }

/**
 * Requests of one edge by the revision that the reporting proxy ran, the last hour in steps of five seconds. While a rollout goes on,
 * some proxies have its revision and some have not: these are the two sides that it is judged by.
 */
export class RevisionTrack {
  /** The oldest first; nearly always one or two for each step. */
  private pieces: Piece[] = []

  add(second: number, revision: number, { requests, errors, injected }: Outcomes): void {
    const slot = Math.floor(second / slotSeconds)
    // From the end, as nearly all are of now; what was held back is put where it belongs.
    let place = this.pieces.length
    let ofSlot = 0
    for (; place > 0; place--) {
      const piece = this.pieces[place - 1] as Piece // in range
      if (piece.slot < slot) break
      if (piece.slot > slot) continue
      ofSlot += 1
      if (piece.revision !== revision) continue
      piece.requests += requests
      piece.errors += errors
      piece.injected += injected
      return
    }
    if (ofSlot >= revisionsOfSlotMax) return
    this.pieces.splice(place, 0, { slot, revision, requests, errors, injected })
    const oldest = (this.pieces.at(-1) as Piece).slot - keptSeconds / slotSeconds
    if ((this.pieces[0] as Piece).slot < oldest - 60) this.pieces = this.pieces.filter((piece) => piece.slot >= oldest)
  }

  get pieceCount(): number {
    return this.pieces.length
  }

  /** Of the steps that begin in [since, until), with the revisions that are wanted. */
  sum(since: number, until: number, isWanted: (revision: number) => boolean): Outcomes {
    const sum = { requests: 0, errors: 0, injected: 0 }
    const [first, last] = [Math.floor(since / slotSeconds), Math.ceil(until / slotSeconds)]
    for (const piece of this.pieces) {
      if (piece.slot < first || piece.slot >= last || !isWanted(piece.revision)) continue
      sum.requests += piece.requests
      sum.errors += piece.errors
      sum.injected += piece.injected
    }
    return sum
  }
}
