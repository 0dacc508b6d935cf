/** Whether an IP address is this machine's own; an IPv4 address may stand in IPv6 form, as sockets of both tell it. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || address.replace(/^::ffff:/, '').startsWith('127.')
}
