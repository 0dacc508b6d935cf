import type { DownstreamPort } from '../message/downstream-port.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { ExchangeServer } from './exchange-server.ts'

/** An exchange whose request's body is written another way before it is sent on. */
export type RecodingExchange = {
  readonly downstream: DownstreamPort
  readonly server: ExchangeServer | undefined
  requestDetour: RequestDetour | undefined
}

/** What the body of one request goes through on its way to the cluster. Of several each hands on to the next one. */
export abstract class RequestDetour {
  protected readonly exchange: RecodingExchange
  private next: RequestDetour | undefined
  private before: RequestDetour | undefined

  constructor(exchange: RecodingExchange) {
    this.exchange = exchange
  }

  /** False: nothing more for now; `askForMore` is called when there is room. The chunk is lent. */
  abstract take(chunk: Buffer): boolean
  abstract end(trailers: HeaderBlock | undefined): void
  /** What it is sent on to takes no more, and takes more again. */
  protected abstract pause(): void
  protected abstract go(): void
  protected abstract halt(): void

  hold(): void {
    if (this.next === undefined) this.pause()
    else this.next.hold()
  }

  release(): void {
    if (this.next === undefined) this.go()
    else this.next.release()
  }

  stop(): void {
    this.halt()
    this.next?.stop()
  }

  followedBy(detour: RequestDetour): void {
    if (this.next !== undefined) {
      this.next.followedBy(detour)
      return
    }
    this.next = detour
    detour.before = this
  }

  protected sendOn(chunk: Buffer): void {
    const { next, exchange } = this
    if (next === undefined) exchange.server?.sendOn(chunk)
    else if (!next.take(chunk)) this.pause()
  }

  protected sendEnd(trailers: HeaderBlock | undefined): void {
    const { next, exchange } = this
    if (next === undefined) exchange.server?.endOn(trailers)
    else next.end(trailers)
  }

  protected askForMore(): void {
    if (this.before === undefined) this.exchange.downstream.resumeRequest()
    else this.before.go()
  }
}

/** It comes behind those that are there. */
export function addRequestDetour(exchange: RecodingExchange, detour: RequestDetour): void {
  if (exchange.requestDetour === undefined) exchange.requestDetour = detour
  else exchange.requestDetour.followedBy(detour)
}
