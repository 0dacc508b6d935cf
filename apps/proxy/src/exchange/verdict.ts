/** What a filter says: go on, I have responded, or I will resume the exchange. */
export const CONTINUE = 0
export const RESPONDED = 1
export const WAITING = 2
export type Verdict = typeof CONTINUE | typeof RESPONDED | typeof WAITING

/** One concern, one file. */
export type Filter<Stage> = (exchange: Stage) => Verdict
