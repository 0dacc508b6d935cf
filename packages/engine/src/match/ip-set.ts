import { readIpAddress } from './ip-address.ts'
import { groupsInRange, type IpRange } from './ip-range.ts'

/**
 * Many addresses and ranges, asked as one question. A policy that names a workload lists each of its instances,
 * so single addresses are looked up instead of compared one by one.
 */
export type IpSet = {
  /** IPv4 addresses by their text, which has only one form. */
  readonly addresses: ReadonlySet<string>
  readonly ranges: readonly IpRange[]
}

const MAPPED_PREFIX = '::ffff:'

export function inIpSet(set: IpSet, address: string): boolean {
  if (set.addresses.has(address)) return true
  // A listener on an IPv6 address sees IPv4 peers as mapped addresses.
  if (address.startsWith(MAPPED_PREFIX) && set.addresses.has(address.slice(MAPPED_PREFIX.length))) return true
  if (set.ranges.length === 0 || !readIpAddress(address)) return false
  for (let index = 0; index < set.ranges.length; index++) {
    if (groupsInRange(set.ranges[index] as IpRange)) return true // in range
  }
  return false
}

export function ipSetOf(all: readonly IpRange[]): IpSet {
  const addresses = new Set<string>()
  const ranges: IpRange[] = []
  for (const range of all) {
    if (range.isV4 && range.prefixBits === 128) addresses.add(range.address)
    else ranges.push(range)
  }
  return { addresses, ranges }
}
