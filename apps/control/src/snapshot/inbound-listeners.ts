import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { TrafficDirection } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { FilterSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import { type Listener, ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { TcpProxySchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb'
import { authorizationFilters, authorizationPlaces, connectionFilters } from './authorization-filters.ts'
import { pack } from './encode-resource.ts'
import { envoyTelemetry } from './envoy-telemetry.ts'
import { faultHttpFilter, heddleFaultHttpFilter, httpChain, routerFilter } from './http-chain.ts'
import { type InboundPolicies, inboundPolicies } from './inbound-policies.ts'
import { inboundRoutes } from './inbound-routes.ts'
import { meshLimitFilters } from './mesh-limit-settings.ts'
import type { MeshView } from './mesh-view.ts'
import type { InboundPort, ProxyDescription } from './proxy-description.ts'
import { rateLimitHttpFilter } from './rate-limit-settings.ts'
import { inboundCluster, inboundListener } from './resource-names.ts'
import { duration, fromAds, socketAddress } from './xds-values.ts'

type NetworkFilterInit = MessageInitShape<typeof FilterSchema>

/** The listeners that stand between the mesh and the workload, one for each port and address of the instance. */
export function inboundListeners(view: MeshView, proxy: ProxyDescription): Listener[] {
  const policies = inboundPolicies(view, proxy)
  return proxy.inbound.flatMap((inbound) => {
    const filters =
      inbound.protocol === 'tcp'
        ? [...connectionFilters(view, policies.authorization, inbound.port), tcpFilter(inbound)]
        : [httpFilter(view, proxy, inbound, policies)]
    return proxy.instanceIps.map((address, position) => {
      const name = inboundListener(inbound.port)
      return create(ListenerSchema, {
        name: position === 0 ? name : `${name}|${address}`,
        address: socketAddress(address, inbound.port),
        trafficDirection: TrafficDirection.INBOUND,
        filterChains: [{ filters }],
      })
    })
  })
}

function httpFilter(
  view: MeshView,
  proxy: ProxyDescription,
  inbound: InboundPort,
  policies: InboundPolicies,
): NetworkFilterInit {
  const isByRds = proxy.dialect === 'envoy'
  return {
    name: 'envoy.filters.network.http_connection_manager',
    configType: {
      case: 'typedConfig',
      value: httpChain(
        {
          statPrefix: `inbound_${inbound.port}`,
          // It would overwrite the header by which faults know the caller.
          addUserAgent: false,
          routeSpecifier: isByRds
            ? { case: 'rds', value: { routeConfigName: inboundListener(inbound.port), configSource: fromAds } }
            : { case: 'routeConfig', value: inboundRoutes(inbound, policies, proxy.rateLimitCluster !== undefined) },
          httpFilters: [
            // First, so that a request nobody may send is neither delayed nor answered with an injected fault.
            ...(isByRds ? authorizationPlaces() : authorizationFilters(view, policies.authorization)),
            // Before faults: what is refused for its number is no part of an experiment.
            rateLimitHttpFilter(),
            // Behind it: what an instance refuses by itself is not asked about.
            ...meshLimitFilters(proxy.rateLimitCluster),
            faultHttpFilter(),
            heddleFaultHttpFilter(),
            routerFilter(),
          ],
        },
        envoyTelemetry(proxy, 'inbound'),
      ),
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
