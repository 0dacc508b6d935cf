import type { DownstreamPort } from '../message/downstream-port.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import { type EndingExchange, endExchange } from './end-exchange.ts'

/** An exchange whose answer's body does not go straight to the client. */
export type DetouredExchange = EndingExchange & {
  readonly downstream: DownstreamPort
  responseHeaders: HeaderBlock | undefined
  readonly status: number
  readonly lastTry: { keepCounts(): void } | undefined
  answerDetour: AnswerDetour | undefined
  /** Of the body, as the client gets it. */
  responseBytes: number
}

/** Goes on when there is room again. */
export type AnswerSource = { downstreamDrained(): void }

/**
 * What the body of one answer goes through on its way to the client: it is slowed down, or written another way. Where there are
 * several, each hands on to the next one, and the last one to the client.
 */
export abstract class AnswerDetour implements AnswerSource {
  protected readonly exchange: DetouredExchange
  private next: AnswerDetour | undefined
  private isKept = false
  /** It sends the head itself, when it knows all that stands there. */
  protected readonly isHolding: boolean = false

  constructor(exchange: DetouredExchange) {
    this.exchange = exchange
  }

  /** False: hold the upstream back until `downstreamDrained` of `source` is called. The chunk is lent. */
  abstract take(chunk: Buffer, source: AnswerSource): boolean
  /** The answer is whole; it ends here, when all of it is sent on. */
  abstract end(trailers: HeaderBlock | undefined): void
  /** What it is sent on to takes more again. */
  abstract downstreamDrained(): void
  protected abstract halt(): void

  get holdsHead(): boolean {
    return this.isHolding || this.next?.holdsHead === true
  }

  /** The client takes more again. */
  drained(): void {
    if (this.next === undefined) this.downstreamDrained()
    else this.next.drained()
  }

  /** The exchange is over; nothing more is sent. */
  stop(): void {
    this.halt()
    this.next?.stop()
  }

  followedBy(detour: AnswerDetour): void {
    if (this.next === undefined) this.next = detour
    else this.next.followedBy(detour)
  }

  /** False: no more until `downstreamDrained`. */
  protected sendOn(chunk: Buffer): boolean {
    const { next, exchange } = this
    return next === undefined ? exchange.downstream.sendData(chunk) : next.take(chunk, this)
  }

  /** The end waits; the upstream's connection serves another request meanwhile, with these very blocks. */
  protected keep(trailers: HeaderBlock | undefined): HeaderBlock | undefined {
    if (this.isKept) return trailers
    this.isKept = true
    this.exchange.lastTry?.keepCounts()
    this.exchange.responseHeaders = this.exchange.responseHeaders?.copy()
    return trailers?.copy()
  }

  protected sendEnd(trailers: HeaderBlock | undefined): void {
    const { next, exchange } = this
    if (next !== undefined) {
      next.end(trailers)
      return
    }
    endExchange(exchange)
    exchange.downstream.sendEnd(trailers)
  }
}

/** It comes behind those that are there. */
export function addDetour(exchange: DetouredExchange, detour: AnswerDetour): void {
  if (exchange.answerDetour === undefined) exchange.answerDetour = detour
  else exchange.answerDetour.followedBy(detour)
}

/** The answer is whole. */
export function endAnswer(exchange: DetouredExchange, trailers: HeaderBlock | undefined): void {
  if (exchange.answerDetour !== undefined) {
    exchange.answerDetour.end(trailers)
    return
  }
  // Ended before the last bytes go: the connection may begin the next request with them.
  endExchange(exchange)
  exchange.downstream.sendEnd(trailers)
}
