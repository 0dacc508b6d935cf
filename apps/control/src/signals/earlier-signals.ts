import { type EdgePiece, sumEdges } from './edge-sum.ts'

/** Minutes that are kept together, beginning where the clock has a multiple of it. */
export const blockSeconds = 300

/**
 * What is stored of the hour before this replica began, summed up in blocks of five minutes: it knows then how fast
 * everything usually is, although it has seen nothing itself yet.
 */
export class EarlierSignals {
  private readonly blocks = new Map<number, readonly EdgePiece[]>()

  /** How many blocks are known. */
  get size(): number {
    return this.blocks.size
  }

  /** `begin`: epoch seconds. */
  put(begin: number, pieces: Iterable<EdgePiece>): void {
    const sums = [...sumEdges(pieces).values()]
    this.blocks.set(
      begin,
      sums.flatMap(({ source, destination, protocol, bySource, byDestination }): EdgePiece[] => {
        const identity = { source, destination: { ...destination, version: '' }, protocol }
        return [
          { ...identity, reporter: 'source', cell: bySource },
          { ...identity, reporter: 'destination', cell: byDestination },
        ]
      }),
    )
  }

  /** Of the blocks that begin in [since, until). */
  *between(since: number, until: number): Iterable<EdgePiece> {
    for (const [begin, pieces] of this.blocks) if (begin >= since && begin < until) yield* pieces
  }

  /** Forgets what began before. */
  prune(before: number): void {
    for (const begin of this.blocks.keys()) if (begin < before) this.blocks.delete(begin)
  }
}
