import type { Framing } from './body-framing.ts'
import type { HeaderBlock } from './header-block.ts'
import type { WireCount } from './wire-count.ts'

/** The client's side of an exchange, as the exchange may use it. The codec implements it over a socket. */
export type DownstreamPort = {
  /** Of the request and of its answer. */
  readonly received: WireCount
  readonly sent: WireCount
  /** Interim 100, once, when the client waits for it. */
  sendContinue(): void
  /** `headers` hold no framing and no hop-by-hop field: those are written from `framing` and the connection's state. */
  sendHead(status: number, headers: HeaderBlock, framing: Framing, contentLength: number): void
  /** False: hold the upstream back until `onDownstreamDrained`. */
  sendData(chunk: Buffer): boolean
  sendEnd(trailers: HeaderBlock | undefined): void
  /** Writes what was held back to go together with what follows, when nothing follows in this turn. */
  flush(): void
  /** For this request only: how long nothing may move before it is given up. */
  setIdleTimeout(ms: number): void
  /** Stops or resumes reading the request's body. */
  pauseRequest(): void
  resumeRequest(): void
  /** Announces the end of the connection with the answer. */
  drain(): void
  /** Ends the connection without a clean end of the response: the client must see that it is cut. */
  reset(): void
  /** Hands the raw connection over after an upgrade was accepted. */
  detach(): unknown
}
