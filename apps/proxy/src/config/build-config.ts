import { metadataText } from '@heddle/engine/metadata-text'
import type { RouteTable } from '@heddle/engine/route/route-table'
import type { RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Cluster } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import type { ClusterLoadAssignment } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import type { Listener } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import type { RouteConfiguration } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import type { Secret } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import type { Runtime } from '@heddle/shared/xds/generated/envoy/service/runtime/v3/rtds_pb'
import type { Assignment } from './assignment.ts'
import type { ClusterConfig } from './cluster-config.ts'
import { decodeSteps } from './decode-resource.ts'
import { decodedOnce } from './decoded-once.ts'
import type { ListenerConfig } from './listener-config.ts'
import type { ProxyConfig } from './proxy-config.ts'
import { refuseRoutedShareOfNothing, refuseShareOfNothing } from './refuse-share-of-nothing.ts'
import { refuseUnknownClusters } from './refuse-unknown-clusters.ts'
import { refuseUnknownSecrets, tlsOfCluster, tlsOfListener } from './secret-refs.ts'
import type { SecretConfig } from './tls-secret.ts'

/** Resources as they came, by name. Unchanged ones are the same objects from push to push. */
export type ResourceMessages = {
  readonly listeners: ReadonlyMap<string, Listener>
  readonly clusters: ReadonlyMap<string, Cluster>
  readonly routes: ReadonlyMap<string, RouteConfiguration>
  readonly assignments: ReadonlyMap<string, ClusterLoadAssignment>
  readonly secrets: ReadonlyMap<string, Secret>
  readonly runtimes: ReadonlyMap<string, Runtime>
}

export type ResourceKind = 'listener' | 'cluster' | 'route' | 'assignment' | 'secret' | 'runtime'

export type BuildOptions = {
  readonly bindAddress: string | undefined
  /** The cluster that the proxy is part of; undefined: it may not take a share of that one's limits. */
  readonly local: { readonly cluster: string } | undefined
  readonly revision: string
  /** `static_resources.secrets` by name; none where it says nothing. */
  readonly staticSecrets?: ReadonlyMap<string, unknown>
  /** Where no other clusters can be meant: routes that stand in a listener may name these only. */
  readonly clusterNames?: ReadonlySet<string>
}

export type Rejection = { readonly kind: ResourceKind; readonly name: string; readonly reason: string }

/**
 * Builds the configuration out of resources. A resource that cannot be decoded is left out whole and named in
 * `rejected`; who calls keeps the last good one of that name in its place.
 */
export function buildConfig(
  messages: ResourceMessages,
  options: BuildOptions,
): { config: ProxyConfig; rejected: readonly Rejection[] } {
  const rejected: Rejection[] = []
  const listeners = new Map<string, ListenerConfig>()
  const clusters = new Map<string, ClusterConfig>()
  const routes = new Map<string, RouteTable>()
  const assignments = new Map<string, Assignment>()
  const secrets = new Map<string, SecretConfig>()
  const runtimes = new Map<string, RuntimeValues>()
  const each = <Message, Decoded>(
    kind: ResourceKind,
    all: ReadonlyMap<string, Message>,
    decode: (message: Message) => Decoded,
    keep: (decoded: Decoded, name: string) => void,
  ) => {
    for (const [name, message] of all) {
      try {
        keep(decode(message), name)
      } catch (error) {
        // A message inside the message may be no protobuf at all; whatever it is, one bad resource ends nothing else.
        const { message } = error as Error
        rejected.push({
          kind,
          name,
          reason: error instanceof ResourceRejected ? message : `cannot be read: ${message}`,
        })
      }
    }
  }
  let revision = options.revision
  each(
    'runtime',
    messages.runtimes,
    (message) => decodedOnce(message, decodeSteps.runtime),
    (values, name) => runtimes.set(name, values),
  )
  each(
    'secret',
    messages.secrets,
    (message) => decodedOnce(message, decodeSteps.secret),
    (secret, name) => secrets.set(name, secret),
  )
  each(
    'cluster',
    messages.clusters,
    (message) => {
      const cluster = decodedOnce(message, decodeSteps.cluster)
      refuseUnknownSecrets(tlsOfCluster(cluster), options.staticSecrets)
      return cluster
    },
    (cluster, name) => clusters.set(name, bound(cluster, options.bindAddress)),
  )
  each(
    'assignment',
    messages.assignments,
    (message) => decodedOnce(message, decodeSteps.assignment),
    (assignment, name) => assignments.set(name, assignment),
  )
  each(
    'route',
    messages.routes,
    (message) => {
      const table = decodedOnce(message, decodeSteps.route)
      if (options.local === undefined) refuseRoutedShareOfNothing(message)
      return table
    },
    (table, name) => routes.set(name, table),
  )
  each(
    'listener',
    messages.listeners,
    (message) => {
      const decoded = decodedOnce(message, decodeSteps.listener)
      refuseUnknownSecrets(tlsOfListener(decoded.config), options.staticSecrets)
      if (options.clusterNames !== undefined) {
        for (const inline of decoded.routes.values()) refuseUnknownClusters(inline, options.clusterNames)
      }
      if (options.local === undefined) {
        refuseShareOfNothing(decoded.config)
        for (const inline of decoded.routes.values()) refuseRoutedShareOfNothing(inline)
      }
      return decoded
    },
    ({ config, tables }, name) => {
      listeners.set(name, config)
      for (const [inline, table] of tables) routes.set(inline, table)
    },
  )
  for (const { metadata } of messages.listeners.values()) {
    revision = metadataText(metadata, 'heddle.revision', 'revision') ?? revision
  }
  return { config: { revision, listeners, clusters, routes, assignments, secrets, runtimes }, rejected }
}

const boundOf = new WeakMap<ClusterConfig, ClusterConfig>()

/** With the proxy's source address, where it has none of its own; the same object for the same cluster again. */
function bound(cluster: ClusterConfig, bindAddress: string | undefined): ClusterConfig {
  if (bindAddress === undefined || cluster.bindAddress !== undefined) return cluster
  const known = boundOf.get(cluster)
  if (known?.bindAddress === bindAddress) return known
  const made = { ...cluster, bindAddress }
  boundOf.set(cluster, made)
  return made
}
