import { inRange } from '@heddle/engine/match/ip-range'
import type { FilterChain, ListenerConfig } from '../config/proxy-config.ts'

/**
 * The filter chain for a connection, by Envoy's order of criteria as far as they are supported: destination port, then
 * the most specific source range. Undefined: nobody serves it.
 */
export function pickChain(listener: ListenerConfig, source: string, destinationPort: number): FilterChain | undefined {
  const { chains, defaultChain } = listener
  // One chain for everybody is the common case.
  if (chains.length === 1 && chains[0]?.sourceRanges.length === 0 && chains[0].destinationPort === undefined) {
    return chains[0]
  }
  let best: FilterChain | undefined
  let bestRank = -1
  for (const chain of chains) {
    if (chain.destinationPort !== undefined && chain.destinationPort !== destinationPort) continue
    const bits = longestMatch(chain, source)
    if (bits < 0) continue
    const rank = bits + (chain.destinationPort === undefined ? 0 : 1000)
    if (rank > bestRank) {
      best = chain
      bestRank = rank
    }
  }
  return best ?? defaultChain
}

/** Prefix length of the longest range that holds the source; 0 without ranges, −1 when none holds it. */
function longestMatch({ sourceRanges }: FilterChain, source: string): number {
  if (sourceRanges.length === 0) return 0
  let longest = -1
  for (const range of sourceRanges) {
    if (range.prefixBits > longest && inRange(range, source)) longest = range.prefixBits
  }
  return longest
}
