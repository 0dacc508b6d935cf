import { isIP } from 'node:net'
import type { AutoServerName } from '../config/auto-server-name.ts'
import type { RequestOrigin } from './connection-pool.ts'
import type { PoolSettings } from './pool-settings.ts'

/** The name of the peer that a request is for, without a port; "" where it says none. */
export function peerNameOf({ header }: AutoServerName, origin: RequestOrigin): string {
  const written = (header !== '' && origin.requestHeader(header)) || origin.host
  const [, ip6, name = written] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:]*))(?::\d+)?$/.exec(written) ?? []
  return ip6 ?? name
}

/** How connections are opened to the peer of that name. An address is no name to tell (RFC 6066 §3), but one to verify. */
export function namedSettings(
  settings: PoolSettings,
  { isTold, isVerified }: AutoServerName,
  name: string,
): PoolSettings {
  const { tls } = settings
  if (tls === undefined || name === '') return settings
  return {
    ...settings,
    tls: {
      ...tls,
      basis: tls.basis ?? tls,
      ...(isTold && isIP(name) === 0 ? { serverName: name } : {}),
      ...(isVerified ? { verifiedName: name } : {}),
    },
  }
}
