import type { HeaderBlock } from '../message/header-block.ts'
import type { UpstreamFacts } from '../message/upstream-facts.ts'
import type { TunnelEnd } from './join-sockets.ts'

/** What a client's connection is joined with. */
export type OpenUpstream = {
  readonly end: TunnelEnd
  /** Where it comes from, with the port. */
  readonly localAddress: string
  readonly facts: UpstreamFacts | undefined
  /** What a proxy in between said at its end. */
  trailers(): HeaderBlock | undefined
  /** It is over: gives back what it took. */
  leave(): void
}

/** Who asked for it. Told once, by one of the two, or by neither when it gave up before. */
export type UpstreamTaker = {
  onUpstream(upstream: OpenUpstream): void
  onNoUpstream(): void
}

/** One that is being made. */
export type OpeningUpstream = {
  /** Nobody wants it any more. */
  giveUp(): void
}
