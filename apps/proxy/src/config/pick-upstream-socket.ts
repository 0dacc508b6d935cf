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
  { metadata, localityMetadata }: Pick<EndpointConfig, 'metadata' | 'localityMetadata'>,
  /** Health checks may say what the endpoint is taken for (`transport_socket_match_criteria`). */
  criteria?: Labels,
): UpstreamSocket {
  const { socketMatches } = cluster
  if (socketMatches.length === 0) return cluster
  const own = criteria ?? (metadata?.[matchNamespace] as Labels) // a Struct is an object
  const around = localityMetadata?.[matchNamespace] as Labels // likewise
  return (firstMatch(socketMatches, own) ?? firstMatch(socketMatches, around))?.socket ?? cluster
}

function firstMatch(matches: readonly SocketMatch[], labels: Labels): SocketMatch | undefined {
  return matches.find((match) => match.labels.every(([key, value]) => isValue(labels, key, value)))
}

function isValue(labels: Labels, key: string, value: string): boolean {
  return labels !== undefined && Object.hasOwn(labels, key) && sortedJson(labels[key]) === value
}
