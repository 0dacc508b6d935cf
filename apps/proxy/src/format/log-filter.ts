import type { HeaderMatcher } from '@heddle/engine/match/header-matcher'
import type { MetadataMatcher } from '@heddle/engine/match/metadata-matcher'

/** Which lines of an access log are written. */
export type LogFilter =
  | ({ readonly kind: 'status' | 'duration' } & Comparison)
  | { readonly kind: 'flags'; readonly flags: ReadonlySet<string> }
  | { readonly kind: 'header'; readonly matcher: HeaderMatcher }
  | { readonly kind: 'share'; readonly key: string; readonly numerator: number; readonly denominator: number }
  | { readonly kind: 'grpc'; readonly statuses: ReadonlySet<string>; readonly isExcluding: boolean }
  | { readonly kind: 'types'; readonly types: ReadonlySet<string>; readonly isExcluding: boolean }
  /** Whether a value in the request's metadata matches; `otherwise` where it is not there. */
  | { readonly kind: 'metadata'; readonly matcher: MetadataMatcher | undefined; readonly otherwise: boolean }
  | { readonly kind: 'sampled' | 'no-health-check' }
  | { readonly kind: 'and' | 'or'; readonly filters: readonly LogFilter[] }

/** The value stands under `key` of the runtime, where it is there. */
export type Comparison = { readonly op: 'eq' | 'ge' | 'le' | 'ne'; readonly key: string; readonly value: number }
