import type { ForwardAction } from '@heddle/engine/route/forward-action'
import type { HttpExchange } from './http-exchange.ts'
import { KeptBytes } from './kept-bytes.ts'
import type { Runtime } from './runtime.ts'

/** So much may wait for a connection before the client is held back; and is kept for an upstream that may give it back. */
const waitingMax = 64 * 1024
/** As large as Envoy's buffers, where a listener says nothing. */
const http1Max = 1024 * 1024
/** An upstream that gives back every request unread is not asked for ever. */
const givenBackMax = 2

/** A request's body as far as it has come: for a connection that is not there yet, and for another try. */
export class ReplayBody {
  private readonly exchange: HttpExchange
  private readonly runtime: Runtime
  /** Made with the first byte that is kept: most requests have no body, and are not to look at it. */
  private kept: KeptBytes | undefined
  private action: ForwardAction | undefined
  private isWanted = false
  private givenBack = 0

  constructor(exchange: HttpExchange, runtime: Runtime) {
    this.exchange = exchange
    this.runtime = runtime
  }

  /** `mayBeGivenBack`: the upstream may say that it has not looked at it, and then it is sent again whatever the route says. */
  begin(action: ForwardAction, mayBeGivenBack: boolean): void {
    this.action = action
    this.isWanted = mayBeGivenBack || isAsked(action)
    this.givenBack = 0
  }

  /** The chunk is lent, and goes out now: only another try could want it. */
  keep(chunk: Buffer): void {
    if (!this.isWanted) return
    if (this.hasRoomFor(chunk)) this.made().addSent(chunk)
    else this.giveUp()
  }

  /** The chunk is lent, and cannot go out yet. */
  hold(chunk: Buffer): void {
    if (this.isWanted && !this.hasRoomFor(chunk)) this.giveUp()
    this.made().add(chunk)
  }

  /** Something waits to be sent, and what comes waits behind it. */
  get isBehind(): boolean {
    return this.kept !== undefined && this.kept.unsent > 0
  }

  /** No more should come before it can be sent. */
  get isFull(): boolean {
    return this.kept !== undefined && this.kept.unsent >= waitingMax
  }

  /** False: the upstream takes no more for now. */
  sendTo(port: { sendData(chunk: Buffer): boolean }): boolean {
    if (this.kept === undefined) return true
    const hasRoom = this.kept.sendTo(port)
    if (!this.isWanted) this.kept.dropSent()
    return hasRoom
  }

  /** Another try begins with the first byte. */
  rewind(): void {
    if (this.isWanted) this.kept?.rewind()
  }

  /** The try that counts has got all of it. */
  markSent(): void {
    this.kept?.markSent()
  }

  /** An upstream gave the request back unread: whether it did so too often. */
  isSpent(): boolean {
    return ++this.givenBack > givenBackMax
  }

  /** All that has come is still here. */
  get isWhole(): boolean {
    return this.isWanted
  }

  /** There will be no other try; what is not sent yet still is. */
  settle(): void {
    if (!this.isWanted) return
    this.isWanted = false
    this.kept?.dropSent()
  }

  takeAll(): Buffer[] {
    return this.kept?.takeAll() ?? []
  }

  clear(): void {
    this.isWanted = false
    this.kept?.clear()
  }

  private hasRoomFor({ length }: Buffer): boolean {
    const kept = this.made()
    return kept.bytes + length <= bytesMaxOf(this.action, this.exchange) && kept.mayAdd(length)
  }

  private made(): KeptBytes {
    this.kept ??= new KeptBytes(this.runtime.keptBodies, this.exchange)
    return this.kept
  }

  private giveUp(): void {
    this.settle()
    const cluster = isAsked(this.action) ? this.runtime.cluster(this.exchange.choice?.cluster ?? '') : undefined
    if (cluster !== undefined) cluster.totals.bodiesGivenUp++
  }
}

/** The route has a use for it: other tries, or redirects. */
function isAsked(action: ForwardAction | undefined): boolean {
  return action?.retry !== undefined || action?.internalRedirect !== undefined
}

function bytesMaxOf(action: ForwardAction | undefined, exchange: HttpExchange): number {
  return isAsked(action) ? (action?.replayBytesMax ?? usualMax(exchange)) : waitingMax
}

/** Where the route does not say it, the codec's buffer does, as in Envoy. */
function usualMax({ majorVersion, listener, chain }: HttpExchange): number {
  return majorVersion === 2 ? chain.http2.replayBytesMax : (listener.bufferBytesMax ?? http1Max)
}
