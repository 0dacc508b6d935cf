/** Tries for one name from one address in a minute; a guesser of passwords gets no further. */
const perNameMax = 10
/** Wrong tries from one address in a minute, whatever the names; a guesser of names gets no further. */
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
    return this.count(this.names, `${address}|${username}`, 1) <= perNameMax
  }

  failed(address: string): void {
    this.count(this.addresses, address, 1)
  }

  /** It could not be found out whether it was right: nobody is locked out by our own failures. */
  undone(address: string, username: string): void {
    const known = this.names.get(`${address}|${username}`)
    if (known !== undefined) known.count--
  }

  succeeded(address: string, username: string): void {
    this.names.delete(`${address}|${username}`)
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
