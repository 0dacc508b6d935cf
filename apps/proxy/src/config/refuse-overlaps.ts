import type { IpRange } from '@heddle/engine/match/ip-range'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { ChainMatch } from './listener-config.ts'

/**
 * Refuses chains of which two ask for the same in everything, or one asks for it twice: which of them served would be a matter
 * of their order, and their order means nothing (Envoy).
 */
export function refuseOverlaps(matches: readonly (ChainMatch | undefined)[]): void {
  const taken = new Map<string, number>()
  for (const [index, match] of matches.entries()) {
    for (const key of keysOf(match)) {
      const other = taken.get(key)
      if (other !== undefined) {
        const what = other === index ? 'asks for the same twice' : `asks for what filter_chains[${other}] asks for too`
        throw new ResourceRejected(`filter_chains[${index}]`, what)
      }
      taken.set(key, index)
    }
  }
}

/** One for each choice of one value of everything that is asked. */
function keysOf(match: ChainMatch | undefined): string[] {
  if (match === undefined) return keysOf(everything)
  const parts: readonly (readonly string[])[] = [
    [String(match.destinationPort ?? '')],
    match.destinationRanges.map(rangeKey),
    match.serverNames,
    [match.transport],
    match.protocols,
    match.directSourceRanges.map(rangeKey),
    [match.sourceType],
    match.sourceRanges.map(rangeKey),
    match.sourcePorts.map(String),
  ]
  return parts.reduce<string[]>(
    (keys, values) =>
      values.length === 0
        ? keys.map((key) => `${key}|`)
        : keys.flatMap((key) => values.map((value) => `${key}|${value}`)),
    [''],
  )
}

const everything: ChainMatch = {
  destinationPort: undefined,
  destinationRanges: [],
  serverNames: [],
  transport: '',
  protocols: [],
  directSourceRanges: [],
  sourceType: 'any',
  sourceRanges: [],
  sourcePorts: [],
}

/** 10.1.2.3/8 is 10.0.0.0/8. */
function rangeKey({ groups, prefixBits }: IpRange): string {
  const kept = [...groups].map(
    (group, index) => group & (0xffff << Math.max(0, 16 - Math.max(0, prefixBits - index * 16))) & 0xffff,
  )
  return `${kept.join(':')}/${prefixBits}`
}
