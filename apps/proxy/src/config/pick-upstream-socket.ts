import type { EndpointConfig } from './assignment.ts'
import { sortedJson } from './sorted-json.ts'
import type { SocketMatch, UpstreamSocket } from './upstream-socket.ts'

type Labels = Readonly<Record<string, unknown>> | undefined

/** Where metadata says which `transport_socket_matches` an endpoint is for. */
export const matchNamespace = 'envoy.transport_socket_match'

/**
 * How connections to an endpoint are made. What stands with the endpoint itself goes before what stands with its locality;
 * of each the first match counts, and without any the cluster's own `transport_socket`.
 */
export function pickUpstreamSocket(
  cluster: UpstreamSocket & { readonly socketMatches: readonly SocketMatch[] },
  { metadata, localityMetadata, hostname }: Pick<EndpointConfig, 'metadata' | 'localityMetadata' | 'hostname'>,
  /** Health checks may say what the endpoint is taken for (`transport_socket_match_criteria`). */
  criteria?: Labels,
): UpstreamSocket {
  const { socketMatches } = cluster
  if (socketMatches.length === 0) return toHost(cluster, hostname)
  const own = criteria ?? (metadata?.[matchNamespace] as Labels) // a Struct is an object
  const around = localityMetadata?.[matchNamespace] as Labels // likewise
  const match = firstMatch(socketMatches, own) ?? firstMatch(socketMatches, around)
  return toHost(match?.socket ?? cluster, hostname)
}

/** With `auto_host_sni` each endpoint is told its own name. */
function toHost(socket: UpstreamSocket, hostname: string): UpstreamSocket {
  const { tls } = socket
  if (tls === undefined || !tls.tellsHostname || hostname === '') return socket
  return {
    tls: { ...tls, basis: tls, serverName: hostname },
    proxyProtocol: socket.proxyProtocol,
    socketKey: `${socket.socketKey} ${hostname}`,
  }
}

function firstMatch(matches: readonly SocketMatch[], labels: Labels): SocketMatch | undefined {
  return matches.find((match) => match.labels.every(([key, value]) => isValue(labels, key, value)))
}

function isValue(labels: Labels, key: string, value: string): boolean {
  return labels !== undefined && Object.hasOwn(labels, key) && sortedJson(labels[key]) === value
}
