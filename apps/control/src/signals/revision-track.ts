/** What became of requests, as far as a rollout asks. */
export type Outcomes = { readonly requests: number; readonly errors: number; readonly injected: number }

const slotSeconds = 5
const keptSeconds = 3600

type Piece = { readonly slot: number; readonly revision: number; requests: number; errors: number; injected: number }

/**
 * Requests of one edge by the revision that the reporting proxy ran, the last hour in steps of five seconds. While a rollout goes on,
 * some proxies have its revision and some have not: these are the two sides that it is judged by.
 */
export class RevisionTrack {
  /** The oldest first; nearly always one for each step. */
  private pieces: Piece[] = []

  add(second: number, revision: number, { requests, errors, injected }: Outcomes): void {
    const slot = Math.floor(second / slotSeconds)
    for (let back = this.pieces.length - 1; back >= 0; back--) {
      const piece = this.pieces[back] as Piece // in range
      if (piece.slot < slot) break
      if (piece.slot !== slot || piece.revision !== revision) continue
      piece.requests += requests
      piece.errors += errors
      piece.injected += injected
      return
    }
    this.pieces.push({ slot, revision, requests, errors, injected })
    const oldest = slot - keptSeconds / slotSeconds
    if ((this.pieces[0] as Piece).slot < oldest - 60) this.pieces = this.pieces.filter((piece) => piece.slot >= oldest)
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
