import { portStartOf } from './port-start-of.ts'

/** A URL with such a port leads nowhere, however well it is formed: a port is a number of 16 bits. */
export function hasPortTooHigh(host: string): boolean {
  return Number(host.slice(portStartOf(host) + 1)) > 65_535
}
