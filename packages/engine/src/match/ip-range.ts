import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { CidrRange } from '@heddle/shared/xds/generated/envoy/config/core/v3/address_pb'
import { isLastMapped, lastGroups, readIpAddress } from './ip-address.ts'

/** How much of a mapped address says that it is one. */
const mappedBits = 96

/** A CIDR range over 128 bits; IPv4 lives in ::ffff:0:0/96, so that a mapped address matches its IPv4 range. */
export type IpRange = {
  readonly groups: Uint16Array
  readonly prefixBits: number
  readonly isV4: boolean
  /** As it was written. */
  readonly address: string
}

/** Whether an address lies in the range. What is no IP address (a unix socket's path) lies in none. */
export function inRange(range: IpRange, address: string): boolean {
  return readIpAddress(address) && groupsInRange(range)
}

/** The same for the address in `lastGroups`: read once, compared with many ranges. */
export function groupsInRange(range: IpRange): boolean {
  // "::/0" is every address of IPv6 and none of IPv4, though these live among them here.
  if (range.prefixBits < mappedBits && isLastMapped()) return false
  const whole = range.prefixBits >> 4
  for (let index = 0; index < whole; index++) {
    if (range.groups[index] !== lastGroups[index]) return false
  }
  const rest = range.prefixBits & 15
  if (rest === 0) return true
  const difference = (range.groups[whole] as number) ^ (lastGroups[whole] as number) // in range: rest is not 0
  return difference >> (16 - rest) === 0
}

export function compileIpRange(message: Pick<CidrRange, 'addressPrefix' | 'prefixLen'>, path: string): IpRange {
  if (!readIpAddress(message.addressPrefix)) {
    throw new ResourceRejected(`${path}.address_prefix`, `not an IP address: ${message.addressPrefix}`)
  }
  const isV4 = !message.addressPrefix.includes(':')
  const bitsMax = isV4 ? 32 : 128
  // Unset means 0, as in Envoy: the range is then every address of that family.
  const bits = message.prefixLen ?? 0
  if (bits > bitsMax) throw new ResourceRejected(`${path}.prefix_len`, `is more than ${bitsMax}`)
  return {
    groups: lastGroups.slice(),
    prefixBits: isV4 ? 96 + bits : bits,
    isV4,
    address: message.addressPrefix,
  }
}
