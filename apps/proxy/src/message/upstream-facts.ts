import type { TlsFacts } from './tls-facts.ts'

/** One connection to an endpoint, for who tells of it: when it came about, in the clock of `nowMs`, and what TLS has agreed on. */
export type UpstreamFacts = {
  readonly begunMs: number
  /** −1 until then. */
  connectedMs: number
  securedMs: number
  /** Undefined: it is not encrypted, or not yet. */
  tls: TlsFacts | undefined
}
