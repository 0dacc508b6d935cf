import { type IpRange, inRange } from '@heddle/engine/match/ip-range'
import type { ChainMatch, FilterChain, ListenerConfig } from '../config/listener-config.ts'
import type { NetworkFilter } from '../config/network-filter.ts'

/** What chains are chosen by. What needs the client's first bytes is empty until they are read. */
export type ConnectionFacts = {
  readonly source: string
  readonly sourcePort: number
  /** The socket's own other end, whatever a PROXY header says. */
  readonly directSource: string
  readonly destination: string
  readonly destinationPort: number
  readonly serverName: string
  readonly transport: 'tls' | 'raw_buffer'
  readonly protocols: readonly string[]
}

/**
 * The filter chain for a connection. Criteria are asked one after the other in Envoy's order; each keeps the chains whose
 * value is the most specific that fits, or else those that do not ask. There is no way back to an earlier choice.
 */
export function pickChain(listener: ListenerConfig, facts: ConnectionFacts): FilterChain | undefined {
  const { chains, defaultChain } = listener
  // One chain for everybody is the common case.
  if (chains.length === 1 && chains[0]?.match === undefined) return chains[0]
  let left: readonly FilterChain[] = chains
  for (const rank of criteria) {
    left = mostSpecific(left, (match) => rank(match, facts))
    if (left.length === 0) return defaultChain
  }
  return left[0]
}

/** Whether which chain it is depends on what the client says first. */
export function asksForBytes({ chains }: ListenerConfig, facts: ConnectionFacts): boolean {
  const left = mostSpecific(
    mostSpecific(chains, (match) => byPort(match, facts)),
    (match) => byDestination(match, facts),
  )
  return left.some(
    ({ match, filters, tls }) =>
      (match !== undefined && (match.serverNames.length > 0 || match.transport !== '' || match.protocols.length > 0)) ||
      // A handshake of ours tells the name too.
      (tls === undefined && filters.some(asksForServerName)),
  )
}

function asksForServerName(filter: NetworkFilter): boolean {
  return filter.kind === 'sni-cluster' || (filter.kind === 'rbac' && filter.rbac.asksServerName)
}

/** How well a chain fits one criterion: undefined not at all, 0 when it does not ask. */
type Rank = (match: ChainMatch, facts: ConnectionFacts) => number | undefined

const byPort: Rank = ({ destinationPort }, facts) =>
  destinationPort === undefined ? 0 : destinationPort === facts.destinationPort ? 1 : undefined

const byDestination: Rank = ({ destinationRanges }, { destination }) => inLongest(destinationRanges, destination)

const criteria: readonly Rank[] = [
  byPort,
  byDestination,
  ({ serverNames }, { serverName }) => {
    if (serverNames.length === 0) return 0
    let best: number | undefined
    for (const name of serverNames) {
      // "*.example.com" takes whatever is below; the more labels, the more specific. Exact beats them all.
      const rank = name.startsWith('*.')
        ? serverName.endsWith(name.slice(1)) && name.length
        : serverName === name && Number.MAX_SAFE_INTEGER
      if (rank !== false && rank > (best ?? 0)) best = rank
    }
    return best
  },
  ({ transport }, facts) => (transport === '' ? 0 : transport === facts.transport ? 1 : undefined),
  ({ protocols }, facts) => {
    if (protocols.length === 0) return 0
    // What the client wants most comes first.
    const at = facts.protocols.findIndex((each) => protocols.includes(each))
    return at < 0 ? undefined : facts.protocols.length - at
  },
  ({ directSourceRanges }, { directSource }) => inLongest(directSourceRanges, directSource),
  ({ sourceType }, facts) => {
    if (sourceType === 'any') return 0
    return isLocal(facts) === (sourceType === 'local') ? 1 : undefined
  },
  ({ sourceRanges }, { source }) => inLongest(sourceRanges, source),
  ({ sourcePorts }, { sourcePort }) =>
    sourcePorts.length === 0 ? 0 : sourcePorts.includes(sourcePort) ? 1 : undefined,
]

function mostSpecific(
  chains: readonly FilterChain[],
  rank: (match: ChainMatch) => number | undefined,
): readonly FilterChain[] {
  let best = -1
  let found: FilterChain[] = []
  for (const chain of chains) {
    const own = chain.match === undefined ? 0 : rank(chain.match)
    if (own === undefined || own < best) continue
    if (own > best) found = []
    best = own
    found.push(chain)
  }
  return found
}

/** By the longest prefix that holds the address. */
function inLongest(ranges: readonly IpRange[], address: string): number | undefined {
  if (ranges.length === 0) return 0
  let longest: number | undefined
  for (const range of ranges) {
    if (range.prefixBits + 1 > (longest ?? 0) && inRange(range, address)) longest = range.prefixBits + 1
  }
  return longest
}

function isLocal({ directSource, destination }: ConnectionFacts): boolean {
  return directSource === destination || directSource.startsWith('127.') || directSource === '::1'
}
