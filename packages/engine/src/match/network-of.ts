import { lastGroups, readIpAddress } from './ip-address.ts'

/** The network of an address as "192.0.2.0/24"; undefined for what is no IP address. */
export function networkOf(address: string, bits4: number, bits6: number): string | undefined {
  if (!readIpAddress(address)) return undefined
  const isV4 = !address.includes(':')
  const bits = isV4 ? 96 + bits4 : bits6
  const groups = Array.from(lastGroups, (group, index) => {
    const kept = Math.max(0, Math.min(16, bits - index * 16))
    return kept === 0 ? 0 : group & ((0xffff << (16 - kept)) & 0xffff)
  })
  return isV4 ? `${dotted(groups)}/${bits4}` : `${shortened(groups)}/${bits6}`
}

function dotted(groups: readonly number[]): string {
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join('.')
}

/** RFC 5952: the longest run of two or more zero groups becomes "::". */
function shortened(groups: readonly number[]): string {
  let start = -1
  let length = 1
  for (let index = 0; index < 8; index++) {
    let end = index
    while (end < 8 && groups[end] === 0) end++
    if (end - index > length) {
      start = index
      length = end - index
    }
  }
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`
}
