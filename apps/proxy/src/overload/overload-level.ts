/** `tight`: connections are not kept. `full`: new requests are refused with 503 too. */
export type OverloadLevel = 'none' | 'tight' | 'full'

export type OverloadLimits = {
  /** Shares of the heap's limit. */
  readonly heapTight: number
  readonly heapFull: number
  /** A share of the memory that the system lets the process have, where it sets a limit: beyond it the process is killed. */
  readonly memoryFull: number
  /** How late the event loop may be, milliseconds, where it is this process that keeps the processor busy. */
  readonly lagTightMs: number
}

/** How short a process is, as seen between two looks. */
export type Shortage = {
  /** Of what each may be, 0 to 1. */
  readonly heapShare: number
  readonly memoryShare: number
  readonly lagMs: number
  /** Of the time in between, the processor time that it had. */
  readonly ownShare: number
}

/** So much processor time of its own means that the lateness is its own. */
const ownShareMin = 0.8

/**
 * Lateness alone sheds connections and never refuses a request: a machine that stalls for a moment must not answer 503.
 * Late because others have the processor is no overload at all: connections that end then would come back, and make it
 * worse.
 */
export function overloadLevel(seen: Shortage, limits: OverloadLimits): OverloadLevel {
  if (seen.heapShare >= limits.heapFull || seen.memoryShare >= limits.memoryFull) return 'full'
  const isLate = seen.lagMs >= limits.lagTightMs && seen.ownShare >= ownShareMin
  return seen.heapShare >= limits.heapTight || isLate ? 'tight' : 'none'
}
