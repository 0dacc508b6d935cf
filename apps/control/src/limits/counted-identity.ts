import { hashOf } from '../snapshot/encode-resource.ts'
import type { LimitDescriptor } from './read-limit-request.ts'

/** Longer ones are kept as their hash, so that a counter has a size that is known. */
const identityMax = 256

/** Names what is counted: equal for equal domains, kinds and entries, and for no others. */
export function identityOf(domain: string, kind: string, { entries }: LimitDescriptor): string {
  // Lengths stand before texts, so that no value can look like another entry.
  let identity = `${domain.length}:${domain}${kind}`
  for (const { key, value } of entries) identity += `|${key.length}:${key}${value.length}:${value}`
  return identity.length <= identityMax ? identity : hashOf(identity)
}
