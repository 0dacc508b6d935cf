import { type HeaderMatcher, matchesHeader } from '../match/header-matcher.ts'
import { type IpSet, inIpSet } from '../match/ip-set.ts'
import { metadataValue } from '../match/metadata-matcher.ts'
import { networkOf } from '../match/network-of.ts'
import { matchesQuery, type QueryMatcher } from '../match/query-matcher.ts'
import { queryValue } from '../match/query-value.ts'
import type { FormatView } from '../mutate/format-view.ts'
import { formatHeader, type HeaderFormat } from '../mutate/header-format.ts'
import { textOfWire } from '../mutate/wire-text.ts'
import type { MetadataSource } from '../request/metadata-source.ts'
import type { RequestView } from '../request/request-view.ts'

/** `envoy.config.route.v3.RateLimit.Action`, compiled: each adds one entry to a description. */
export type RateLimitAction =
  | { readonly kind: 'generic-key'; readonly entry: DescriptorEntry }
  | { readonly kind: 'source-cluster' }
  | { readonly kind: 'destination-cluster' }
  | { readonly kind: 'remote-address' }
  | { readonly kind: 'masked-remote-address'; readonly bits4: number; readonly bits6: number }
  | {
      readonly kind: 'address-match'
      readonly key: string
      readonly value: HeaderFormat
      readonly otherwise: string
      readonly networks: IpSet
      readonly expected: boolean
    }
  | { readonly kind: 'header'; readonly name: string; readonly key: string; readonly skipsAbsent: boolean }
  | {
      readonly kind: 'header-match'
      readonly entry: DescriptorEntry
      readonly expected: boolean
      readonly headers: readonly HeaderMatcher[]
    }
  | { readonly kind: 'query'; readonly name: string; readonly key: string; readonly skipsAbsent: boolean }
  | {
      readonly kind: 'query-match'
      readonly entry: DescriptorEntry
      readonly expected: boolean
      readonly query: readonly QueryMatcher[]
    }
  | {
      readonly kind: 'metadata'
      readonly key: string
      readonly source: MetadataSource
      readonly namespace: string
      readonly path: readonly string[]
      readonly otherwise: string
      readonly skipsAbsent: boolean
    }

/** Texts, as the configuration and a rate limit service have them. */
export type DescriptorEntry = { readonly key: string; readonly value: string }

/** What a request is described by, besides itself. */
export type DescribedRequest = {
  readonly request: RequestView & Partial<FormatView>
  /** Of the client, as it is trusted. */
  readonly remoteAddress: string
  /** Who we are, and where it goes. */
  readonly nodeCluster: string
  readonly cluster: string
}

/** `Metadata.filter_metadata` of a route. */
export type RouteMetadata = Readonly<Record<string, unknown>> | undefined

/** Undefined: the rule does not describe this request. 'skip': without this entry. */
export function entryOf(
  action: RateLimitAction,
  described: DescribedRequest,
  metadata: RouteMetadata,
): DescriptorEntry | 'skip' | undefined {
  const { request, remoteAddress } = described
  switch (action.kind) {
    case 'generic-key':
      return action.entry
    case 'source-cluster':
      return { key: 'source_cluster', value: described.nodeCluster }
    case 'destination-cluster':
      return { key: 'destination_cluster', value: described.cluster }
    case 'remote-address':
      return remoteAddress === '' ? undefined : { key: 'remote_address', value: remoteAddress }
    case 'masked-remote-address': {
      const network = networkOf(remoteAddress, action.bits4, action.bits6)
      return network === undefined ? undefined : { key: 'masked_remote_address', value: network }
    }
    case 'address-match': {
      if (remoteAddress === '' || inIpSet(action.networks, remoteAddress) !== action.expected) return undefined
      const value = textOfWire(formatted(action.value, request)) || action.otherwise
      return value === '' ? undefined : { key: action.key, value }
    }
    case 'header': {
      // Of several lines the first one counts, an empty one too (Envoy).
      const value = action.name.startsWith(':')
        ? request.requestHeader?.(action.name)
        : request.headerValues(action.name)[0]
      return entryFor(action, textOfWire(value))
    }
    case 'header-match':
      return action.headers.every((header) => matchesHeader(header, request)) === action.expected
        ? action.entry
        : undefined
    case 'query':
      return entryFor(action, textOfWire(queryValue(request.query, action.name)))
    case 'query-match':
      return action.query.every((query) => matchesQuery(query, request.query)) === action.expected
        ? action.entry
        : undefined
    case 'metadata':
      return entryFor(action, metadataText(action, request, metadata) || action.otherwise || undefined)
  }
}

function entryFor(
  { key, skipsAbsent }: { readonly key: string; readonly skipsAbsent: boolean },
  value: string | undefined,
): DescriptorEntry | 'skip' | undefined {
  if (value !== undefined) return { key, value }
  return skipsAbsent ? 'skip' : undefined
}

/** Empty where operators cannot be read, as in a recorded request. */
export function formatted(format: HeaderFormat, request: DescribedRequest['request']): string {
  return isFormatView(request) ? formatHeader(format, request) : ''
}

function isFormatView(request: Partial<FormatView>): request is FormatView {
  return request.requestHeader !== undefined && request.responseHeader !== undefined && request.command !== undefined
}

/** Only texts count. */
function metadataText(
  { source, namespace, path }: Extract<RateLimitAction, { kind: 'metadata' }>,
  request: RequestView,
  ofRoute: RouteMetadata,
): string {
  const value = metadataValue(source === 'route' ? ofRoute : request.dynamicMetadata, namespace, path)
  return typeof value === 'string' ? value : ''
}
