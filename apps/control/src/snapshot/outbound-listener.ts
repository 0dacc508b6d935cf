import { create } from '@bufbuild/protobuf'
import { TrafficDirection } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { type Listener, ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { envoyTelemetry } from './envoy-telemetry.ts'
import { httpChain, routerFilter } from './http-chain.ts'
import type { ProxyDescription } from './proxy-description.ts'
import { outboundHttp } from './resource-names.ts'
import { fromAds, socketAddress } from './xds-values.ts'

/** The listener that the workload sends its own requests to, naming the service in the Host header. */
export function outboundListener(
  proxy: ProxyDescription,
  outbound: NonNullable<ProxyDescription['outbound']>,
): Listener {
  return create(ListenerSchema, {
    name: outboundHttp,
    address: socketAddress(outbound.address, outbound.port),
    trafficDirection: TrafficDirection.OUTBOUND,
    filterChains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            configType: {
              case: 'typedConfig',
              value: httpChain(
                {
                  statPrefix: outboundHttp,
                  // Tells the next hop which service calls: x-envoy-downstream-service-cluster.
                  addUserAgent: true,
                  routeSpecifier: { case: 'rds', value: { routeConfigName: outboundHttp, configSource: fromAds } },
                  httpFilters: [routerFilter()],
                },
                envoyTelemetry(proxy, 'outbound'),
              ),
            },
          },
        ],
      },
    ],
  })
}
