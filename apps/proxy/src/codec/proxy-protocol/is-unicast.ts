import { isIPv4 } from 'node:net'

/**
 * Whether an address, as `shortest` and `dotted` write it, can be one side of a connection of TCP: not nobody's, everybody's or
 * a group's. Whoever says otherwise has made it up, and what rules and limits are asked about a client goes by it.
 */
export function isUnicast(address: string): boolean {
  if (isIPv4(address))
    return address !== '0.0.0.0' && address !== '255.255.255.255' && !/^(22[4-9]|23\d)\./.test(address)
  return address !== '::' && !/^ff[0-9a-f]{2}:/.test(address)
}
