import { readIpAddress } from './ip-address.ts'

/** An address with its port: "10.0.0.7:80" or "[fd00::7]:80". Undefined for anything else, names too. */
export function parseIpPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const colon = text.lastIndexOf(':')
  const digits = text.slice(colon + 1)
  if (colon < 0 || !/^\d{1,5}$/.test(digits)) return undefined
  const port = Number(digits)
  if (port > 65_535) return undefined
  const written = text.slice(0, colon)
  const isV6 = written.startsWith('[') && written.endsWith(']')
  const host = isV6 ? written.slice(1, -1) : written
  return host.includes(':') === isV6 && readIpAddress(host) ? { host, port } : undefined
}
