/** An IPv4 client of a dual-stack socket is an IPv4 client; and the zone of a link-local address is ours, not the client's. */
export function unmapped(address: string): string {
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice(7)
  const zone = address.indexOf('%')
  return zone < 0 ? address : address.slice(0, zone)
}
