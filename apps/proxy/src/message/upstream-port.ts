import type { TryFailure } from '@heddle/engine/retry/try-failure'
import type { Framing } from './body-framing.ts'
import type { HeaderBlock } from './header-block.ts'
import type { UpstreamFacts } from './upstream-facts.ts'
import type { WireCount } from './wire-count.ts'

/** One pooled connection to an endpoint, for the time of one try. */
export type UpstreamPort = {
  /** True when it has carried a request before: then a reset before any answer may mean that it was stale. */
  readonly isReused: boolean
  /** Where its connection comes from, with the port. */
  readonly localAddress: string
  readonly facts: UpstreamFacts | undefined
  /** Of this try's request and of its answer. */
  readonly sent: WireCount
  readonly received: WireCount
  sendHead(method: string, target: string, headers: HeaderBlock, framing: Framing, contentLength: number): void
  sendData(chunk: Buffer): boolean
  sendEnd(trailers: HeaderBlock | undefined): void
  pauseResponse(): void
  resumeResponse(): void
  /** The try is over before the response is: the connection cannot be used again. */
  abandon(): void
  detach(): unknown
}

/** What a connection tells the try that uses it. */
export type UpstreamEvents = {
  onUpstreamReady(port: UpstreamPort): void
  onUpstreamFailed(failure: UpstreamFailure, detail: string): void
  /** Status 100 to 199, 101 left out. */
  onInterim(status: number, headers: HeaderBlock): void
  onResponse(status: number, headers: HeaderBlock, framing: Framing, contentLength: number): void
  onResponseData(chunk: Buffer): void
  /** What one read brought is handed on, and the response goes on: nothing more comes in this turn. */
  onResponsePaused(): void
  onResponseEnd(trailers: HeaderBlock | undefined): void
  onUpstreamDrained(): void
  /** 101, or 2xx to a CONNECT. */
  onUpgraded(status: number, headers: HeaderBlock): void
}

/** A connection attempt under way, for when its try is over first. */
export type PendingConnect = {
  /** False: it was over already. */
  cancel(): boolean
}

/** What a connection comes to that brings no answer; how long a try may take is not its matter. */
export type UpstreamFailure = Exclude<TryFailure, 'per-try-timeout'>
