/** How often the names of a cluster were looked up, and what came of it. */
export type LookupCounts = {
  attempts: number
  answered: number
  failed: number
  /** Answered with what was known already. */
  unchanged: number
}

export function newLookupCounts(): LookupCounts {
  return { attempts: 0, answered: 0, failed: 0, unchanged: 0 }
}
