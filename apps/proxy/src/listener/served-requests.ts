import type { HeadRefusal } from '../codec/head-refusal.ts'
import { errorCodes } from '../codec/http2/error-code.ts'
import type { StreamHandler } from '../codec/http2/server-stream.ts'
import type { IncomingHead } from '../exchange/incoming-head.ts'
import type { ServeHttp } from '../exchange/serve-http.ts'
import type { DownstreamPort } from '../message/downstream-port.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { RefusalAnswer } from '../message/refusal-answer.ts'
import type { HttpOwner } from './http-owner.ts'

/** Passes requests that come one after the other to what serves them, which it has only while one is under way. */
export abstract class ServedRequests implements StreamHandler {
  protected readonly owner: HttpOwner
  protected serving: ServeHttp | undefined
  protected seriesMemo: unknown

  constructor(owner: HttpOwner) {
    this.owner = owner
  }

  /** Where they come from, and their answers go. */
  protected abstract readonly port: DownstreamPort & { readonly head: IncomingHead }

  onRequest(): void {
    this.owner.countRequest()
    this.serve().request(this.port.head)
  }

  onRequestData(chunk: Buffer): void {
    this.serving?.data(chunk)
  }

  onRequestEnd(trailers: HeaderBlock | undefined): void {
    this.serving?.requestEnd(trailers)
  }

  onRequestBroken({ details }: HeadRefusal): void {
    this.serving?.broken(details)
  }

  onRefused({ status, details }: HeadRefusal, body: string): RefusalAnswer {
    return this.serve().refused(this.port.head, status, details, body)
  }

  onDownstreamDrained(): void {
    this.serving?.drained()
  }

  onDownstreamClosed(): void {
    this.serving?.closed('DC', this.owner.isCut ? 'downstream_local_disconnect' : 'downstream_remote_disconnect')
  }

  onDownstreamReset(errorCode: number): void {
    const flag = errorCode === errorCodes.protocolError ? 'DPE' : 'DR'
    this.serving?.closed(flag, errorCode === errorCodes.refusedStream ? 'http2.remote_refuse' : 'http2.remote_reset')
  }

  onDownstreamBroken(rule: string): void {
    this.serving?.closed('DPE', `codec_error:${rule}`)
  }

  onStreamIdle(): void {
    this.serving?.idle()
  }

  onRequestTimeout(): void {
    this.serving?.requestTimeout()
  }

  onRequestOver(): void {
    const { serving } = this
    if (serving === undefined || serving.isOpen) return
    this.serving = undefined
    this.seriesMemo = serving.exchange.seriesMemo
    this.owner.servers.give(serving)
  }

  private serve(): ServeHttp {
    this.serving ??= this.owner.servers.take(this.port, this.owner, this.seriesMemo)
    return this.serving
  }
}
