import { create, type MessageInitShape } from '@bufbuild/protobuf'
import type { FaultInjection } from '@heddle/shared/model/fault-injection'
import { matchesLabels } from '@heddle/shared/model/labels'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { TrafficDirection } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { FilterSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import { type Listener, ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { TcpProxySchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb'
import { serviceKey } from '../catalog/catalog-index.ts'
import { authorizationFilters } from './authorization-filters.ts'
import { pack } from './encode-resource.ts'
import { faultRoutes } from './fault-routes.ts'
import { faultHttpFilter, heddleFaultHttpFilter, httpChain, routerFilter } from './http-chain.ts'
import type { PolicyVersion } from './mesh-config.ts'
import type { MeshView } from './mesh-view.ts'
import { protectingPolicies } from './protecting-policies.ts'
import type { InboundPort, ProxyDescription } from './proxy-description.ts'
import { inboundCluster, inboundListener } from './resource-names.ts'
import type { RouteInit } from './to-routes.ts'
import { duration, socketAddress } from './xds-values.ts'

type NetworkFilterInit = MessageInitShape<typeof FilterSchema>

/** The listeners that stand between the mesh and the workload, one for each port and address of the instance. */
export function inboundListeners(view: MeshView, proxy: ProxyDescription): Listener[] {
  const policies = protectingPolicies(view, proxy)
  const faults = faultsOf(view, proxy)
  return proxy.inbound.flatMap((inbound) => {
    // A TCP chain cannot enforce authorization yet. Closed is right and open is wrong; validation refuses the policy.
    if (inbound.protocol === 'tcp' && policies.length > 0) return []
    const filter = inbound.protocol === 'tcp' ? tcpFilter(inbound) : httpFilter(view, inbound, { policies, faults })
    return proxy.instanceIps.map((address, position) => {
      const name = inboundListener(inbound.port)
      return create(ListenerSchema, {
        name: position === 0 ? name : `${name}|${address}`,
        address: socketAddress(address, inbound.port),
        trafficDirection: TrafficDirection.INBOUND,
        filterChains: [{ filters: [filter] }],
      })
    })
  })
}

function httpFilter(
  view: MeshView,
  inbound: InboundPort,
  own: {
    readonly policies: ReturnType<typeof protectingPolicies>
    readonly faults: readonly PolicyVersion<FaultInjection>[]
  },
): NetworkFilterInit {
  const name = inboundListener(inbound.port)
  const route: RouteInit = {
    name: 'default',
    match: { pathSpecifier: { case: 'prefix', value: '/' } },
    action: {
      case: 'route',
      // The caller's sidecar holds the deadline; a second one here would only blur who gave up.
      value: { clusterSpecifier: { case: 'cluster', value: inboundCluster(inbound.port) }, timeout: duration(0) },
    },
  }
  return {
    name: 'envoy.filters.network.http_connection_manager',
    configType: {
      case: 'typedConfig',
      value: httpChain({
        statPrefix: `inbound_${inbound.port}`,
        // It would overwrite the header by which faults know the caller.
        addUserAgent: false,
        routeSpecifier: {
          case: 'routeConfig',
          value: {
            name,
            virtualHosts: [{ name, domains: ['*'], routes: [...faultRoutes(own.faults, route), route] }],
          },
        },
        httpFilters: [
          // First, so that a request nobody may send is neither delayed nor answered with an injected fault.
          ...authorizationFilters(view, own.policies),
          faultHttpFilter(),
          heddleFaultHttpFilter(),
          routerFilter(),
        ],
      }),
    },
  }
}

function tcpFilter(inbound: InboundPort): NetworkFilterInit {
  return {
    name: 'envoy.filters.network.tcp_proxy',
    configType: {
      case: 'typedConfig',
      value: pack(TcpProxySchema, {
        statPrefix: `inbound_${inbound.port}`,
        clusterSpecifier: { case: 'cluster', value: inboundCluster(inbound.port) },
        idleTimeout: duration(meshDefaults.idleTimeoutMs),
      }),
    },
  }
}

/** Faults on the services that the workload belongs to. */
function faultsOf(view: MeshView, proxy: ProxyDescription): PolicyVersion<FaultInjection>[] {
  return view.services
    .filter(
      ({ metadata, spec }) => metadata.namespace === proxy.namespace && matchesLabels(spec.selector, proxy.labels),
    )
    .flatMap(({ metadata }) => view.faultsByTarget.get(serviceKey(metadata.namespace, metadata.name)) ?? [])
    .sort((a, b) => a.createdRevision - b.createdRevision || (nameOf(a) < nameOf(b) ? -1 : 1))
}

function nameOf({ object }: PolicyVersion<FaultInjection>): string {
  return object.metadata.name
}
