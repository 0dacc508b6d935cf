import { create } from '@bufbuild/protobuf'
import { matchesLabels } from '@heddle/shared/model/labels'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { portProtocol } from '@heddle/shared/model/port-protocol'
import {
  Cluster_DiscoveryType,
  Cluster_LbPolicy,
  ClusterSchema,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { encodeResource } from './encode-resource.ts'
import { httpProtocolOptions } from './http-protocol-options.ts'
import type { MeshView } from './mesh-view.ts'
import type { InboundPort, ProxyDescription } from './proxy-description.ts'
import { inboundCluster } from './resource-names.ts'
import type { EncodedResource } from './snapshot.ts'
import { duration, socketAddress } from './xds-values.ts'

/** More than any workload takes; how many requests reach it is its callers' limit, not its own sidecar's. */
const unlimited = 2 ** 32 - 1

/** The workload behind an inbound port. */
export function inboundWorkload({ port, app }: InboundPort, isHttp2: boolean): EncodedResource {
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
      isHttp2,
      idleTimeoutMs: meshDefaults.idleTimeoutMs,
      requestsPerConnectionMax: undefined,
    }),
    // The bootstrap binds connections to the instance's address; the workload beside us should see loopback.
    ...(isLoopback ? { upstreamBindConfig: { sourceAddress: { address: app.address, portSpecifier: zeroPort } } } : {}),
  })
  return encodeResource(ClusterSchema, name, message)
}

/** Whether a service that the workload belongs to speaks HTTP/2 on the port. */
export function speaksHttp2(view: MeshView, proxy: ProxyDescription, inbound: InboundPort): boolean {
  return view.services.some(
    ({ metadata, spec }) =>
      metadata.namespace === proxy.namespace &&
      matchesLabels(spec.selector, proxy.labels) &&
      spec.ports.some((port) => (port.targetPort ?? port.port) === inbound.port && portProtocol(port) === 'http2'),
  )
}

const zeroPort = { case: 'portValue', value: 0 } as const
