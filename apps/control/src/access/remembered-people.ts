import type { Person } from './person.ts'

const peopleMax = 10_000
/** As long as a session may be idle. */
const keptMs = 30 * 60_000

/**
 * Who sessions and tokens belonged to when the database last said so: asked while it is away, so that reading stays possible.
 * By digest, as in the database; a session that was ended is forgotten at once.
 */
export class RememberedPeople {
  private readonly people = new Map<string, { readonly person: Person; readonly at: number }>()
  private readonly clock: () => number

  constructor(clock: () => number = Date.now) {
    this.clock = clock
  }

  find(key: string): Person | undefined {
    const known = this.people.get(key)
    return known !== undefined && known.at + keptMs > this.clock() ? known.person : undefined
  }

  see(key: string, person: Person): void {
    this.people.delete(key)
    this.people.set(key, { person, at: this.clock() })
    if (this.people.size <= peopleMax) return
    const [oldest] = this.people.keys()
    if (oldest !== undefined) this.people.delete(oldest)
  }

  forget(key: string): void {
    this.people.delete(key)
  }
}
