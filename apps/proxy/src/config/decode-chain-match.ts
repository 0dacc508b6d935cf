import { compileIpRange, type IpRange } from '@heddle/engine/match/ip-range'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { CidrRange } from '@heddle/shared/xds/generated/envoy/config/core/v3/address_pb'
import {
  type FilterChainMatch,
  FilterChainMatchSchema,
  FilterChainMatch_ConnectionSourceType as SourceType,
} from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { ChainMatch } from './listener-config.ts'

const supported = new Set([
  'destination_port',
  'prefix_ranges',
  'server_names',
  'transport_protocol',
  'application_protocols',
  'direct_source_prefix_ranges',
  'source_type',
  'source_prefix_ranges',
  'source_ports',
])

/** Undefined for a match that asks for nothing. */
export function decodeChainMatch(message: FilterChainMatch | undefined, path: string): ChainMatch | undefined {
  if (message === undefined) return undefined
  refuseUnsupported(FilterChainMatchSchema, message, supported, path)
  const match: ChainMatch = {
    destinationPort: message.destinationPort,
    destinationRanges: ranges(message.prefixRanges, `${path}.prefix_ranges`),
    serverNames: message.serverNames.map((name, index) => serverName(name, `${path}.server_names[${index}]`)),
    transport: transportOf(message.transportProtocol, `${path}.transport_protocol`),
    protocols: message.applicationProtocols,
    directSourceRanges: ranges(message.directSourcePrefixRanges, `${path}.direct_source_prefix_ranges`),
    sourceType: sourceTypeOf(message.sourceType, `${path}.source_type`),
    sourceRanges: ranges(message.sourcePrefixRanges, `${path}.source_prefix_ranges`),
    sourcePorts: message.sourcePorts,
  }
  const asks = Object.values(match).some((value) =>
    Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '' && value !== 'any',
  )
  return asks ? match : undefined
}

function ranges(messages: readonly CidrRange[], path: string): IpRange[] {
  return messages.map((range, index) => compileIpRange(range, `${path}[${index}]`))
}

function serverName(name: string, path: string): string {
  const lower = name.toLowerCase()
  if (lower.includes('*') && !/^\*\.[^*]+$/.test(lower)) {
    throw new ResourceRejected(
      path,
      `"${name}": a wildcard stands for whole labels at the beginning, as in *.example.com`,
    )
  }
  return lower
}

function transportOf(name: string, path: string): ChainMatch['transport'] {
  if (name === '' || name === 'tls' || name === 'raw_buffer') return name
  throw new ResourceRejected(path, `"${name}" is not supported; "tls" and "raw_buffer" are`)
}

function sourceTypeOf(type: SourceType, path: string): ChainMatch['sourceType'] {
  switch (type) {
    case SourceType.ANY:
      return 'any'
    case SourceType.SAME_IP_OR_LOOPBACK:
      return 'local'
    case SourceType.EXTERNAL:
      return 'external'
  }
  throw new ResourceRejected(path, `unknown value ${String(type)}`)
}
