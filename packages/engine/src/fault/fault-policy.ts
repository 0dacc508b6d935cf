import type { HeaderMatcher } from '../match/header-matcher.ts'
import type { FaultKeys } from './fault-keys.ts'

/**
 * `envoy.extensions.filters.http.fault.v3.HTTPFault`, compiled; with `reset`, which only our own extension has. What a
 * fault does is fixed, or said by the request's own headers.
 */
export type FaultPolicy = {
  readonly delay: FaultPart<{ readonly delayMs: number }> | undefined
  readonly abort: FaultPart<FaultAbort> | undefined
  /** How fast the answer may go to the client at most. */
  readonly throughput: FaultPart<{ readonly bytesPerS: number }> | undefined
  readonly keys: FaultKeys
  /** The client's connection is cut instead of an answer. */
  readonly reset: FaultShare | undefined
  /** All of them must match. */
  readonly headers: readonly HeaderMatcher[]
  /** Only requests for this cluster; empty takes every cluster. */
  readonly upstreamCluster: string
  /** Only requests whose `x-envoy-downstream-service-node` is one of them; empty takes every caller. */
  readonly downstreamNodes: ReadonlySet<string>
  /** Faults that may be active at once in one listener; Infinity without a limit. */
  readonly activeMax: number
  /** Unix milliseconds after which the fault no longer exists; Infinity when it never ends. */
  readonly expiresAtMs: number
  /** "<ns>/<name>" of the FaultInjection and its revision; empty for a static configuration. */
  readonly object: string
  readonly revision: string
}

/** 0 to 1, in steps of one `denominator`th: a header can ask for fewer of them, never for more. */
export type FaultShare = { readonly share: number; readonly denominator: number }

/** Undefined `fixed`: the request's headers say it. */
export type FaultPart<Fixed> = FaultShare & { readonly fixed: Fixed | undefined }

export type FaultAbort = { readonly kind: 'http' | 'grpc'; readonly status: number }
