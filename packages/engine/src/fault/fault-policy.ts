import type { HeaderMatcher } from '../match/header-matcher.ts'

/** `envoy.extensions.filters.http.fault.v3.HTTPFault`, compiled. Shares are 0 to 1. */
export type FaultPolicy = {
  readonly delay: { readonly delayMs: number; readonly share: number } | undefined
  readonly abort:
    | { readonly kind: 'http'; readonly status: number; readonly share: number }
    | { readonly kind: 'grpc'; readonly status: number; readonly share: number }
    | undefined
  /** All of them must match. */
  readonly headers: readonly HeaderMatcher[]
  /** Only requests for this cluster; empty takes every cluster. */
  readonly upstreamCluster: string
  /** Faults that may be active at once in one proxy; Infinity without a limit. */
  readonly activeMax: number
  /** Unix milliseconds after which the fault no longer exists; Infinity when it never ends. */
  readonly expiresAtMs: number
  /** "<ns>/<name>" of the FaultInjection and its revision; empty for a static configuration. */
  readonly object: string
  readonly revision: string
}
