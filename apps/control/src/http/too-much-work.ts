/** Somebody has had their share of the time that everybody shares. */
export class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork'
  readonly code = 'rate_limited'
  readonly waitMs: number

  constructor(waitMs: number) {
    super(`you have taken as much time as one person may; wait ${Math.ceil(waitMs / 1000)} s`)
    this.waitMs = waitMs
  }
}
