import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type RouteConfiguration,
  RouteConfigurationSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { buildHostTable } from './build-host-table.ts'
import { compileFilterOverrides, type DecodeOverride } from './compile-filter-overrides.ts'
import { compileVirtualHost } from './compile-virtual-host.ts'
import { directBodyBytesMax } from './direct-body-bytes-max.ts'
import { levelEdits, noEdits } from './level-edits.ts'
import type { RouteTable } from './route-table.ts'
import type { VirtualHost } from './virtual-host.ts'

const supported = new Set([
  'name',
  'virtual_hosts',
  'request_headers_to_add',
  'request_headers_to_remove',
  'response_headers_to_add',
  'response_headers_to_remove',
  'typed_per_filter_config',
  'metadata',
  // Clusters are always checked when a request needs one; a missing one is answered with its own status.
  'validate_clusters',
  'ignore_port_in_host_matching',
  'most_specific_header_mutations_wins',
  'max_direct_response_body_size_bytes',
])

/**
 * Compiles a RouteConfiguration once, when it arrives. Throws `ResourceRejected` for what is invalid or not supported:
 * the whole configuration is refused, never half of it taken.
 */
export function compileRouteTable(message: RouteConfiguration, decode: DecodeOverride): RouteTable {
  const steps = routeTableSteps(message, decode)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same a bit at a time: thousands of routes at once would hold up the traffic. */
export function* routeTableSteps(
  message: RouteConfiguration,
  decode: DecodeOverride,
): Generator<undefined, RouteTable> {
  refuseUnsupported(RouteConfigurationSchema, message, supported, '')
  const level = {
    specificLast: message.mostSpecificHeaderMutationsWins,
    ...levelEdits(message, noEdits, message.mostSpecificHeaderMutationsWins, ''),
    directBodyBytesMax: directBodyBytesMax(message),
    filters: compileFilterOverrides(message.typedPerFilterConfig, message.metadata, decode, 'typed_per_filter_config'),
  }
  const names = new Set<string>()
  const hosts: VirtualHost[] = []
  for (const [index, host] of message.virtualHosts.entries()) {
    const path = `virtual_hosts[${index}]`
    if (names.has(host.name)) throw new ResourceRejected(`${path}.name`, `"${host.name}" is there twice`)
    names.add(host.name)
    hosts.push(yield* compileVirtualHost(host, level, decode, path))
    // Hosts with few routes are many.
    yield
  }
  return {
    name: message.name,
    hosts: buildHostTable(hosts, message.ignorePortInHostMatching),
    virtualClusters: hosts.flatMap(({ virtualClusters }) => virtualClusters ?? []),
    routeCount: hosts.reduce((sum, { routes }) => sum + routes.length, 0),
  }
}
