import { routeTableSteps } from '@heddle/engine/route/compile-route-table'
import { decodeOverride } from '@heddle/engine/route/decode-override'
import type { RouteTable } from '@heddle/engine/route/route-table'
import type { RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import { type Cluster, ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import {
  type ClusterLoadAssignment,
  ClusterLoadAssignmentSchema,
} from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { type Listener, ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import {
  type RouteConfiguration,
  RouteConfigurationSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import {
  type Secret,
  SecretSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import { type Runtime, RuntimeSchema } from '@heddle/shared/xds/generated/envoy/service/runtime/v3/rtds_pb'
import { refuseUnknownSteps } from '@heddle/shared/xds/refuse-unknown'
import type { Assignment } from './assignment.ts'
import type { ClusterConfig } from './cluster-config.ts'
import { decodeAssignment } from './decode-assignment.ts'
import { decodeCluster } from './decode-cluster.ts'
import { type DecodedListener, decodeListener } from './decode-listener.ts'
import { decodeRuntimeLayer } from './decode-runtime-layer.ts'
import { decodeSecret } from './decode-tls-secret.ts'
import { readDirectBodies } from './read-direct-bodies.ts'
import type { SecretConfig } from './tls-secret.ts'

/**
 * One resource of each kind, from its message to what the proxy runs, a bit at a time. Each throws `ResourceRejected` for what is
 * invalid, not known or not supported.
 */
export const decodeSteps = {
  secret: secretSteps,
  cluster: clusterSteps,
  assignment: assignmentSteps,
  route: routeSteps,
  listener: listenerSteps,
  runtime: runtimeSteps,
} as const

function* runtimeSteps(message: Runtime): Generator<undefined, RuntimeValues> {
  yield* refuseUnknownSteps(RuntimeSchema, message)
  return decodeRuntimeLayer(message.layer ?? {}, 'layer')
}

function* secretSteps(message: Secret): Generator<undefined, SecretConfig> {
  yield* refuseUnknownSteps(SecretSchema, message)
  return decodeSecret(message)
}

function* clusterSteps(message: Cluster): Generator<undefined, ClusterConfig> {
  yield* refuseUnknownSteps(ClusterSchema, message)
  return decodeCluster(message)
}

function* assignmentSteps(message: ClusterLoadAssignment): Generator<undefined, Assignment> {
  yield* refuseUnknownSteps(ClusterLoadAssignmentSchema, message)
  return decodeAssignment(message)
}

function* routeSteps(message: RouteConfiguration): Generator<undefined, RouteTable> {
  yield* refuseUnknownSteps(RouteConfigurationSchema, message)
  return yield* routeTableSteps(readDirectBodies(message), decodeOverride)
}

type ListenerWithRoutes = DecodedListener & { readonly tables: ReadonlyMap<string, RouteTable> }

/** Inline routes are part of their listener: when they are bad, it is. */
function* listenerSteps(message: Listener): Generator<undefined, ListenerWithRoutes> {
  yield* refuseUnknownSteps(ListenerSchema, message)
  const decoded = decodeListener(message)
  const tables = new Map<string, RouteTable>()
  for (const [name, routes] of decoded.routes) {
    yield
    tables.set(name, yield* routeTableSteps(readDirectBodies(routes), decodeOverride))
  }
  return { ...decoded, tables }
}
