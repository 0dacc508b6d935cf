import { type HeaderMatcher, matchesHeader } from '../match/header-matcher.ts'
import { networkOf } from '../match/network-of.ts'
import { matchesQuery, type QueryMatcher } from '../match/query-matcher.ts'
import type { RequestView } from '../request/request-view.ts'

/** `envoy.config.route.v3.RateLimit`, compiled: how a request is described to a rate limit. */
export type RateLimitRule = { readonly stage: number; readonly actions: readonly RateLimitAction[] }

/** Each adds one entry to the descriptor. */
export type RateLimitAction =
  | { readonly kind: 'generic-key'; readonly entry: DescriptorEntry }
  | { readonly kind: 'source-cluster' }
  | { readonly kind: 'destination-cluster' }
  | { readonly kind: 'remote-address' }
  | { readonly kind: 'masked-remote-address'; readonly bits4: number; readonly bits6: number }
  | { readonly kind: 'header'; readonly name: string; readonly key: string; readonly skipsAbsent: boolean }
  | {
      readonly kind: 'header-match'
      readonly entry: DescriptorEntry
      readonly expected: boolean
      readonly headers: readonly HeaderMatcher[]
    }
  | {
      readonly kind: 'query-match'
      readonly entry: DescriptorEntry
      readonly expected: boolean
      readonly query: readonly QueryMatcher[]
    }

export type DescriptorEntry = { readonly key: string; readonly value: string }
export type Descriptor = readonly DescriptorEntry[]

/** What a request is described by, besides itself. */
export type DescribedRequest = {
  readonly request: RequestView
  /** Of the client, as it is trusted. */
  readonly remoteAddress: string
  /** Who we are, and where it goes. */
  readonly nodeCluster: string
  readonly cluster: string
}

/** Adds the descriptor of each rule of this stage whose actions all say something. */
export function describeRequest(
  rules: readonly RateLimitRule[],
  stage: number,
  described: DescribedRequest,
  descriptors: Descriptor[],
): void {
  for (const rule of rules) {
    if (rule.stage !== stage) continue
    const entries = entriesOf(rule.actions, described)
    if (entries !== undefined && entries.length > 0) descriptors.push(entries)
  }
}

function entriesOf(actions: readonly RateLimitAction[], described: DescribedRequest): DescriptorEntry[] | undefined {
  const entries: DescriptorEntry[] = []
  for (const action of actions) {
    const entry = entryOf(action, described)
    if (entry === undefined) return undefined
    if (entry !== 'skip') entries.push(entry)
  }
  return entries
}

/** Undefined: the rule does not describe this request. */
function entryOf(action: RateLimitAction, described: DescribedRequest): DescriptorEntry | 'skip' | undefined {
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
    case 'header': {
      const value = request.header(action.name)
      if (value !== undefined && value !== '') return { key: action.key, value }
      return action.skipsAbsent ? 'skip' : undefined
    }
    case 'header-match':
      return action.headers.every((header) => matchesHeader(header, request)) === action.expected
        ? action.entry
        : undefined
    case 'query-match':
      return action.query.every((query) => matchesQuery(query, request.query)) === action.expected
        ? action.entry
        : undefined
  }
}
