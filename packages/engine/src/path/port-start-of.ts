/** Where the colon of a host's port stands, which may be empty ("a:"); the host's end when it has none. */
export function portStartOf(host: string): number {
  const colon = host.lastIndexOf(':')
  // Those of an address of IPv6 stand in brackets.
  return colon > host.lastIndexOf(']') ? colon : host.length
}
