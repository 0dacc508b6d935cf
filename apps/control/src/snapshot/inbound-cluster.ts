import { create } from '@bufbuild/protobuf'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import {
  Cluster_DiscoveryType,
  Cluster_LbPolicy,
  ClusterSchema,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { encodeResource } from './encode-resource.ts'
import { httpProtocolOptions } from './http-protocol-options.ts'
import type { InboundPort } from './proxy-description.ts'
import { inboundCluster } from './resource-names.ts'
import type { EncodedResource } from './snapshot.ts'
import { duration, socketAddress } from './xds-values.ts'

/** More than any workload takes; how many requests reach it is its callers' limit, not its own sidecar's. */
const unlimited = 2 ** 32 - 1

/** The workload behind an inbound port. */
export function inboundWorkload({ port, app }: InboundPort): EncodedResource {
  const name = inboundCluster(port)
  const isLoopback = app.address.startsWith('127.') || app.address === '::1'
  const message = create(ClusterSchema, {
    name,
    clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.STATIC },
    lbPolicy: Cluster_LbPolicy.ROUND_ROBIN,
    connectTimeout: duration(meshDefaults.connectTimeoutMs),
    loadAssignment: {
      clusterName: name,
      endpoints: [
        {
          lbEndpoints: [
            { hostIdentifier: { case: 'endpoint', value: { address: socketAddress(app.address, app.port) } } },
          ],
        },
      ],
    },
    circuitBreakers: {
      thresholds: [
        {
          maxConnections: unlimited,
          maxPendingRequests: unlimited,
          maxRequests: unlimited,
          maxRetries: unlimited,
        },
      ],
    },
    typedExtensionProtocolOptions: httpProtocolOptions({
      isHttp2: false,
      idleTimeoutMs: meshDefaults.idleTimeoutMs,
      requestsPerConnectionMax: undefined,
    }),
    // The bootstrap binds connections to the instance's address; the workload beside us should see loopback.
    ...(isLoopback ? { upstreamBindConfig: { sourceAddress: { address: app.address, portSpecifier: zeroPort } } } : {}),
  })
  return encodeResource(ClusterSchema, name, message)
}

const zeroPort = { case: 'portValue', value: 0 } as const
