import type { Metadata } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { type SubsetMatch, subsetMatchOf } from './subset-match.ts'

/** `metadata_match`: later ones are merged over earlier ones. */
export function subsetOf(...matches: readonly (Metadata | undefined)[]): SubsetMatch | undefined {
  const values = matches.flatMap((match) => Object.entries(match?.filterMetadata['envoy.lb'] ?? {}))
  return subsetMatchOf(new Map(values.map(([key, value]) => [key, JSON.stringify(value)])))
}
