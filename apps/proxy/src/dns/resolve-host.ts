import { ADDRCONFIG, type LookupAddress } from 'node:dns'
import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { DnsFamily } from '../config/cluster-discovery.ts'
import type { SocketAddress } from '../net/socket-address.ts'

/** What a name stands for now. */
export type Resolved = {
  /** In the order in which they are to be tried; empty when the name has no address. */
  readonly addresses: readonly string[]
  /** How long the answer holds; undefined where the source does not say. */
  readonly ttlMs: number | undefined
}

/** Looks a name up; rejects when nobody could say. */
export type ResolveHost = (host: string, family: DnsFamily, servers: readonly SocketAddress[]) => Promise<Resolved>

type Family = 4 | 6

/**
 * The system's way (hosts file, search domains) unless servers are named; those are asked directly. An address stands for
 * itself, scope and all.
 */
export const resolveHost: ResolveHost = async (host, family, servers) => {
  if (isIP(host) !== 0) return { addresses: [host], ttlMs: undefined }
  const ask = servers.length === 0 ? askSystem(host) : askServers(host, servers)
  switch (family) {
    case 'v4-only':
      return ask(4)
    case 'v6-only':
      return ask(6)
    case 'v4-preferred':
      return firstWithAddresses(ask, 4, 6)
    case 'auto':
      return firstWithAddresses(ask, 6, 4)
    case 'all':
      return both(ask)
  }
}

type Ask = (family: Family) => Promise<Resolved>

async function firstWithAddresses(ask: Ask, first: Family, second: Family): Promise<Resolved> {
  const preferred = await ask(first)
  return preferred.addresses.length > 0 ? preferred : ask(second)
}

async function both(ask: Ask): Promise<Resolved> {
  const [v4, v6] = await Promise.all([ask(4), ask(6)])
  const ttls = [v4.ttlMs, v6.ttlMs].filter((ttl) => ttl !== undefined)
  return { addresses: [...v4.addresses, ...v6.addresses], ttlMs: ttls.length > 0 ? Math.min(...ttls) : undefined }
}

function askSystem(host: string): Ask {
  return async (family) => {
    try {
      // Without an address of that family of our own, those of others are of no use.
      const found: LookupAddress[] = await lookup(host, { all: true, family, hints: ADDRCONFIG })
      return { addresses: distinct(found.map(({ address }) => address)), ttlMs: undefined }
    } catch (error) {
      return nothingOr(error)
    }
  }
}

function askServers(host: string, servers: readonly SocketAddress[]): Ask {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  resolver.setServers(
    servers.flatMap((server) =>
      server.kind === 'tcp' ? [`${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}`] : [],
    ),
  )
  return async (family) => {
    try {
      const found =
        family === 4 ? await resolver.resolve4(host, { ttl: true }) : await resolver.resolve6(host, { ttl: true })
      const ttlMs = found.length > 0 ? Math.min(...found.map(({ ttl }) => ttl)) * 1000 : undefined
      return { addresses: distinct(found.map(({ address }) => address)), ttlMs }
    } catch (error) {
      return nothingOr(error)
    }
  }
}

/** "There is no such address" is an answer; "nobody could be asked" is none. */
function nothingOr(error: unknown): Resolved {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENODATA' || code === 'ENOTFOUND') return { addresses: [], ttlMs: undefined }
  throw error
}

function distinct(addresses: readonly string[]): string[] {
  return [...new Set(addresses)]
}
