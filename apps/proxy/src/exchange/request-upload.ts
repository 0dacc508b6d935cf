import type { ForwardAction } from '@heddle/engine/route/forward-action'
import { NO_BODY } from '../message/body-framing.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { UpstreamPort } from '../message/upstream-port.ts'
import type { HttpExchange } from './http-exchange.ts'
import { ReplayBody } from './replay-body.ts'
import type { RequestCopy } from './request-copy.ts'
import type { Runtime } from './runtime.ts'

/**
 * A request's body on its way to the try that is under way:
 * ```
 *                 ┌─▶ mirrors, which never hold it up
 *   client ─▶ data ─▶ the try's connection ─▶ (takes no more) client is held back ─▶ drained ─▶ …
 *                 └─▶ what is kept: until there is a connection, and for another try, which begins with that
 * ```
 */
export class RequestUpload {
  readonly body: ReplayBody
  private readonly exchange: HttpExchange
  private readonly runtime: Runtime
  /** The client has sent all of its request. */
  isEnded = false
  private trailers: HeaderBlock | undefined
  /** Where the route mirrors this request to. */
  private copy: RequestCopy | undefined

  constructor(exchange: HttpExchange, runtime: Runtime) {
    this.exchange = exchange
    this.runtime = runtime
    this.body = new ReplayBody(exchange, runtime)
  }

  begin(action: ForwardAction, mayBeGivenBack: boolean): void {
    this.body.begin(action, mayBeGivenBack)
    this.isEnded = false
    this.trailers = undefined
  }

  mirror(action: ForwardAction): void {
    if (action.mirrors.length > 0) this.copy = this.runtime.mirror(this.exchange, action)
  }

  get isWhole(): boolean {
    return this.isEnded || this.exchange.requestFraming === NO_BODY
  }

  /** The try that is under way has all of it. */
  get isSent(): boolean {
    return this.isWhole && !this.body.isBehind
  }

  /** True: it has gone out. */
  data(chunk: Buffer, port: UpstreamPort | undefined): boolean {
    const { body } = this
    this.copy?.data(chunk)
    if (port === undefined || body.isBehind) {
      body.hold(chunk)
      if (body.isFull) this.holdBack()
      return false
    }
    body.keep(chunk)
    if (!port.sendData(chunk)) this.holdBack()
    return true
  }

  end(trailers: HeaderBlock | undefined, port: UpstreamPort | undefined): void {
    this.isEnded = true
    this.trailers = trailers
    if (this.copy !== undefined) {
      this.copy.end(trailers)
      this.copy = undefined
    }
    // A request without a body ended with its head.
    if (this.exchange.requestFraming !== NO_BODY && !this.body.isBehind) port?.sendEnd(trailers)
  }

  /** The head of a try is out: what has come of the body follows it. */
  start(port: UpstreamPort): void {
    this.exchange.downstream.sendContinue()
    this.sendOn(port)
  }

  /** The try's connection takes more again. */
  drained(port: UpstreamPort | undefined): void {
    if (port !== undefined && this.body.isBehind) this.sendOn(port)
    else this.goOn()
  }

  /** Nobody wants more of it. What a mirror has got half of is worth nothing. */
  stop(): void {
    this.body.clear()
    if (this.copy === undefined) return
    this.copy.abandon()
    this.copy = undefined
  }

  private holdBack(): void {
    const { requestDetour, downstream } = this.exchange
    if (requestDetour === undefined) downstream.pauseRequest()
    else requestDetour.hold()
  }

  private goOn(): void {
    const { requestDetour, downstream } = this.exchange
    if (requestDetour === undefined) downstream.resumeRequest()
    else requestDetour.release()
  }

  private sendOn(port: UpstreamPort): void {
    const hasRoom = this.body.sendTo(port)
    if (this.body.isBehind) return
    if (this.isEnded) port.sendEnd(this.trailers)
    else if (hasRoom) this.goOn()
  }
}
