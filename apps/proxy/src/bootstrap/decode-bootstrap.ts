import { create } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  Bootstrap_DynamicResourcesSchema,
  Bootstrap_StaticResourcesSchema,
  type Bootstrap as BootstrapMessage,
  BootstrapSchema,
  ClusterManager_OutlierDetectionSchema,
  ClusterManagerSchema,
} from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import type { Cluster } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { BindConfigSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/address_pb'
import { NodeSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { buildConfig, type ResourceMessages } from '../config/build-config.ts'
import type { ClusterConfig } from '../config/cluster-config.ts'
import { decodeCluster } from '../config/decode-cluster.ts'
import { decodeGrpcSource } from '../config/decode-grpc-source.ts'
import { decodeOverload } from '../config/decode-overload.ts'
import { localityName } from '../config/locality-name.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import { fixedWants } from '../resources/fixed-wants.ts'
import type { AdsSource, Bootstrap } from './bootstrap.ts'
import { type ControlPlane, controlPlaneOf } from './control-plane.ts'
import { decodeAdmin } from './decode-admin.ts'
import { decodeRuntime } from './decode-runtime.ts'

const supported = new Set([
  'node',
  'admin',
  'static_resources',
  'dynamic_resources',
  'cluster_manager',
  'layered_runtime',
  'overload_manager',
  // Statistics are read when they are asked for: there is nobody to send them to now and then.
  'stats_flush_interval',
])

/** The subset of an Envoy bootstrap that this proxy runs. Throws `ResourceRejected` with the path of what it does not. */
export function decodeBootstrap(message: BootstrapMessage): Bootstrap {
  refuseUnsupported(BootstrapSchema, message, supported, '')
  const { staticResources: resources, dynamicResources: dynamic, clusterManager: manager } = message
  if (resources)
    refuseUnsupported(
      Bootstrap_StaticResourcesSchema,
      resources,
      new Set(['listeners', 'clusters', 'secrets']),
      'static_resources',
    )
  if (dynamic) {
    refuseUnsupported(
      Bootstrap_DynamicResourcesSchema,
      dynamic,
      new Set(['ads_config', 'lds_config', 'cds_config']),
      'dynamic_resources',
    )
  }
  const runtime =
    message.layeredRuntime === undefined ? [] : decodeRuntime(message.layeredRuntime, message.node?.cluster ?? '')
  const overload = message.overloadManager && decodeOverload(message.overloadManager, 'overload_manager')
  if (manager)
    refuseUnsupported(
      ClusterManagerSchema,
      manager,
      new Set(['upstream_bind_config', 'local_cluster_name', 'outlier_detection']),
      'cluster_manager',
    )
  const outliers = manager?.outlierDetection
  if (outliers) {
    const at = 'cluster_manager.outlier_detection'
    refuseUnsupported(ClusterManager_OutlierDetectionSchema, outliers, new Set(['event_log_path']), at)
  }
  // A cluster's own takes the rest.
  const bind = manager?.upstreamBindConfig
  if (bind)
    refuseUnsupported(BindConfigSchema, bind, new Set(['source_address']), 'cluster_manager.upstream_bind_config')
  const bindAddress = manager?.upstreamBindConfig?.sourceAddress?.address || undefined
  const local = decodeLocal(message)
  const ads = decodeAds(message)
  // The cluster that reaches the control plane carries no traffic of the mesh.
  const clusters = (resources?.clusters ?? []).filter(({ name }) => name !== ads?.cluster)
  refuseTwice(resources?.listeners ?? [], 'static_resources.listeners')
  refuseTwice(resources?.clusters ?? [], 'static_resources.clusters')
  const messages: ResourceMessages = {
    // A listener needs no name of its own (Envoy makes one up); where it stands is one that nobody else has.
    listeners: new Map(
      (resources?.listeners ?? []).map((each, index) => {
        const name = each.name || `listeners[${index}]`
        return [name, { ...each, name }]
      }),
    ),
    clusters: new Map(clusters.map((each) => [each.name, each])),
    routes: new Map(),
    assignments: new Map(),
    secrets: new Map((resources?.secrets ?? []).map((each) => [each.name, each])),
    runtimes: new Map(),
  }
  const { config, rejected } = buildConfig(messages, {
    bindAddress,
    local,
    revision: 'static',
    staticSecrets: messages.secrets,
    clusterNames: new Set((resources?.clusters ?? []).map(({ name }) => name)),
  })
  const [first] = rejected
  if (first !== undefined) throw new ResourceRejected(`static_resources.${first.kind}s["${first.name}"]`, first.reason)
  const controlPlanes = controlPlanesOf(config, ads)
  const wants = fixedWants(message, ads?.cluster, new Set(controlPlanes.keys()))
  return {
    message,
    node: message.node ?? create(NodeSchema),
    admin: message.admin && decodeAdmin(message.admin),
    config,
    ads,
    controlPlanes,
    wants,
    bindAddress,
    local,
    outlierLogPath: outliers?.eventLogPath || undefined,
    overload: overload?.overload,
    connectionsMax: overload?.connectionsMax,
    runtime,
  }
}

function decodeLocal({ node, clusterManager, staticResources }: BootstrapMessage): Bootstrap['local'] {
  const cluster = clusterManager?.localClusterName ?? ''
  if (cluster === '') return undefined
  if (staticResources?.clusters.some(({ name }) => name === cluster) !== true) {
    throw new ResourceRejected('cluster_manager.local_cluster_name', `there is no static cluster "${cluster}"`)
  }
  return { cluster, locality: localityName(node?.locality) }
}

/** Of two with one name the first would be lost without a word. */
function refuseTwice(all: readonly { readonly name: string }[], path: string): void {
  const names = new Set<string>()
  for (const [index, { name }] of all.entries()) {
    if (name !== '' && names.has(name)) throw new ResourceRejected(`${path}[${index}].name`, `"${name}" is there twice`)
    names.add(name)
  }
}

function decodeAds({ dynamicResources: dynamic, staticResources: resources }: BootstrapMessage): AdsSource | undefined {
  const ads = dynamic?.adsConfig
  if (ads === undefined) return undefined
  const path = 'dynamic_resources.ads_config'
  const source = decodeGrpcSource(ads, path)
  const cluster = resources?.clusters.find(({ name }) => name === source.cluster)
  if (cluster === undefined) {
    throw new ResourceRejected(
      `${path}.grpc_services[0].envoy_grpc.cluster_name`,
      `there is no cluster "${source.cluster}"`,
    )
  }
  if (cluster.transportSocketMatches.length > 0) {
    const field = `static_resources.clusters["${cluster.name}"].transport_socket_matches`
    throw new ResourceRejected(field, 'not supported yet for a control plane')
  }
  const plane = controlPlaneOf(decodeControlCluster(cluster))
  if (plane === undefined) {
    throw new ResourceRejected(`static_resources.clusters["${cluster.name}"].load_assignment`, 'names no endpoint')
  }
  return { ...source, ...plane }
}

function decodeControlCluster(cluster: Cluster): ClusterConfig {
  try {
    return decodeCluster(cluster)
  } catch (error) {
    if (!(error instanceof ResourceRejected)) throw error
    throw new ResourceRejected(`static_resources.clusters["${cluster.name}"]`, error.message)
  }
}

/** Those whose endpoints stand in the file, the one of ADS among them. */
function controlPlanesOf({ clusters }: ProxyConfig, ads: AdsSource | undefined): ReadonlyMap<string, ControlPlane> {
  const planes = new Map<string, ControlPlane>(ads === undefined ? [] : [[ads.cluster, ads]])
  for (const [name, cluster] of clusters) {
    const plane = controlPlaneOf(cluster)
    if (plane !== undefined) planes.set(name, plane)
  }
  return planes
}
