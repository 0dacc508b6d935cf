import { parseIpPort } from '@heddle/engine/match/parse-ip-port'
import type { OriginalDestinationDiscovery } from '../config/cluster-discovery.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { ConnectionPeer } from '../message/request-peer.ts'
import type { TcpAddress } from '../net/socket-address.ts'

/**
 * Where a request to an ORIGINAL_DST cluster wants to go: its header says so where the cluster asks one, or else the
 * connection was going there when it was redirected to us. Undefined: nobody says.
 */
export function requestedDestination(
  { headerName, portOverride }: OriginalDestinationDiscovery,
  connection: ConnectionPeer,
  headers: HeaderBlock | undefined,
): TcpAddress | undefined {
  // The first value counts: who sends several is not to be trusted with the choice.
  const named = headerName === undefined ? undefined : headers?.lines(headerName)[0]
  const fromHeader = named === undefined ? undefined : parseIpPort(named)
  const { isDestinationRestored, destinationAddress, destinationPort } = connection
  const found = fromHeader ?? (isDestinationRestored ? { host: destinationAddress, port: destinationPort } : undefined)
  return found && { kind: 'tcp', host: found.host, port: portOverride ?? found.port }
}
