import type { MetadataView } from './metadata-view.ts'

/**
 * What a policy may know of a request. The proxy's exchange implements it over the bytes it forwards,
 * the simulation over a recorded request; every decision of the engine reads requests only through it.
 */
export type RequestView = {
  readonly method: string
  /** Normalised by `path/normalise-path`, without the query. These are the bytes that are forwarded. */
  readonly path: string
  /** What stands behind the first "?", undecoded; empty when there is none. */
  readonly query: string
  /** The target ends in a "?" with nothing behind it, which a rule on ":path" sees. Who records requests does not know. */
  readonly endsInMark?: boolean
  /** By `path/normalise-authority`: lower-case, no port, no trailing dot. */
  readonly authority: string
  /** The port that the Host header named, 0 when it named none. */
  readonly authorityPort: number
  readonly scheme: string
  /** What filters have said of it, and what its route says; nobody who records requests knows. */
  readonly dynamicMetadata?: MetadataView
  readonly routeMetadata?: MetadataView
  /** The value of a header (name in lower case); several lines are joined with ",". */
  header(name: string): string | undefined
  /**
   * Each line of a header by itself, for decisions that must not be fooled by joining (CVE-2026-26308).
   * The array may be reused: read it before the next call.
   */
  headerValues(name: string): readonly string[]
}
