/** Tries for one name from one address in a minute; a guesser of passwords gets no further. */
const perNameMax = 10
/** Wrong tries from one address in a minute, and those that are under way; a guesser of names gets no further. */
const perAddressMax = 100
const windowMs = 60_000
/** What an attacker makes up must not fill memory. */
const keysMax = 10_000

type Count = { count: number; readonly since: number }

/** Counts tries to sign in. */
export class SignInLimit {
  private readonly names = new Map<string, Count>()
  private readonly addresses = new Map<string, Count>()
  private readonly clock: () => number

  constructor(clock: () => number = Date.now) {
    this.clock = clock
  }

  /** Notes a try; false: there were too many. */
  mayTry(address: string, username: string): boolean {
    if (this.count(this.addresses, address, 0) >= perAddressMax) return false
    if (this.count(this.names, `${address}|${username}`, 1) > perNameMax) return false
    // Counted now and not when it was wrong: many at once would all come before the first of them is known to be.
    this.count(this.addresses, address, 1)
    return true
  }

  /** It could not be found out whether it was right: nobody is locked out by our own failures. */
  undone(address: string, username: string): void {
    takeBack(this.names.get(`${address}|${username}`))
    takeBack(this.addresses.get(address))
  }

  succeeded(address: string, username: string): void {
    this.names.delete(`${address}|${username}`)
    takeBack(this.addresses.get(address))
  }

  private count(counts: Map<string, Count>, key: string, more: 0 | 1): number {
    const now = this.clock()
    const known = counts.get(key)
    if (known !== undefined && now - known.since <= windowMs) {
      known.count += more
      return known.count
    }
    if (more === 0) return 0
    counts.delete(key)
    counts.set(key, { count: 1, since: now })
    const [oldest] = counts.keys()
    if (counts.size > keysMax && oldest !== undefined) counts.delete(oldest)
    return 1
  }
}

/** It may have begun in the minute before, of which nothing is counted any more. */
function takeBack(known: Count | undefined): void {
  if (known !== undefined && known.count > 0) known.count--
}
