/** What somebody may take at once: an hour's editing, or one very large change and what belongs to it. */
const savedMaxMs = 5000
/** A quarter of the thread, for as long as they like. */
const perSecondMs = 250
/** A debt beyond it is forgotten: nobody waits for longer than this takes. */
const debtMaxMs = 15_000
const peopleMax = 10_000

type Account = { readonly ms: number; readonly at: number }

/** How much processor time of the thread that serves everybody each person may take. Times in ms. */
export class WorkBudget {
  private readonly accounts = new Map<string, Account>()
  private readonly clock: () => number
  private readonly savedMs: number

  constructor(clock: () => number = () => performance.now(), savedMs: number = savedMaxMs) {
    this.clock = clock
    this.savedMs = savedMs
  }

  /** How long a person must wait before more; 0: not at all. */
  waitMs(personId: string): number {
    const left = this.left(personId)
    return left > 0 ? 0 : Math.ceil(((1 - left) / perSecondMs) * 1000)
  }

  spend(personId: string, ms: number): void {
    if (ms === 0) return
    const left = Math.max(this.left(personId) - ms, -debtMaxMs)
    this.accounts.delete(personId)
    this.accounts.set(personId, { ms: left, at: this.clock() })
    const [oldest] = this.accounts.keys()
    if (this.accounts.size > peopleMax && oldest !== undefined) this.accounts.delete(oldest)
  }

  private left(personId: string): number {
    const known = this.accounts.get(personId)
    if (known === undefined) return this.savedMs
    return Math.min(known.ms + ((this.clock() - known.at) / 1000) * perSecondMs, this.savedMs)
  }
}
