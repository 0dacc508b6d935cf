import type { Person } from './person.ts'

const peopleMax = 10_000
/** As long as a session may be idle. */
const keptMs = 30 * 60_000

/**
 * Who sessions and tokens belonged to when the database last said so: asked while it is away, so that reading stays possible.
 * By digest, as in the database. What was ended stays ended: an answer that was on its way meanwhile does not bring it back.
 */
export class RememberedPeople {
  private readonly people = new Map<string, { readonly person: Person | undefined; readonly at: number }>()
  private readonly clock: () => number

  constructor(clock: () => number = Date.now) {
    this.clock = clock
  }

  find(key: string): Person | undefined {
    const known = this.people.get(key)
    return known !== undefined && known.at + keptMs > this.clock() ? known.person : undefined
  }

  see(key: string, person: Person): void {
    if (!this.isEnded(key)) this.keep(key, person)
  }

  /** The database knows nobody of this name. */
  forget(key: string): void {
    if (!this.isEnded(key)) this.people.delete(key)
  }

  /** A session or token is over for good. */
  end(key: string): void {
    this.keep(key, undefined)
  }

  /** Nobody heard for a while which were ended: whoever still may asks again. */
  forgetAll(): void {
    for (const [key, { person }] of this.people) if (person !== undefined) this.people.delete(key)
  }

  isEnded(key: string): boolean {
    return this.people.has(key) && this.people.get(key)?.person === undefined
  }

  private keep(key: string, person: Person | undefined): void {
    this.people.delete(key)
    this.people.set(key, { person, at: this.clock() })
    if (this.people.size <= peopleMax) return
    const [oldest] = this.people.keys()
    if (oldest !== undefined) this.people.delete(oldest)
  }
}
