import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Cluster_TransportSocketMatch } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { decodeUpstreamSocket } from './decode-upstream-socket.ts'
import { sortedJson } from './sorted-json.ts'
import type { SocketMatch } from './upstream-socket.ts'

/** `transport_socket_matches` of a cluster. */
export function decodeSocketMatches(messages: readonly Cluster_TransportSocketMatch[]): readonly SocketMatch[] {
  return messages.map(({ name, match = {}, transportSocket }, index) => {
    const path = `transport_socket_matches[${index}]`
    if (name === '') throw new ResourceRejected(`${path}.name`, 'must not be empty')
    // Envoy would take it for none at all, and send plain text to who was to get TLS.
    if (transportSocket === undefined) throw new ResourceRejected(`${path}.transport_socket`, 'is required')
    return {
      name,
      labels: Object.entries(match).map(([key, value]) => [key, sortedJson(value)] as const),
      socket: decodeUpstreamSocket(transportSocket, `${path}.transport_socket`),
    }
  })
}
