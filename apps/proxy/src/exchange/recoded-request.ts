import type { CodedBytes } from '../counts/compression-counts.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { BodyCoder, CoderEvents } from './body-coder.ts'
import type { CoderOf } from './recoded-answer.ts'
import { type RecodingExchange, RequestDetour } from './request-detour.ts'

/** The body of one request, written in another coding before it is sent on. */
export class RecodedRequest extends RequestDetour implements CoderEvents {
  private readonly coder: BodyCoder
  private readonly counts: CodedBytes
  private readonly trailersOf: ((coder: BodyCoder, trailers: HeaderBlock | undefined) => HeaderBlock) | undefined
  private last: HeaderBlock | undefined

  constructor(
    exchange: RecodingExchange,
    coderOf: CoderOf,
    counts: CodedBytes,
    trailersOf?: (coder: BodyCoder, trailers: HeaderBlock | undefined) => HeaderBlock,
  ) {
    super(exchange)
    this.coder = coderOf(this)
    this.counts = counts
    this.trailersOf = trailersOf
  }

  take(chunk: Buffer): boolean {
    this.counts.bytesIn += chunk.length
    return this.coder.write(chunk)
  }

  end(trailers: HeaderBlock | undefined): void {
    this.last = trailers
    this.coder.end()
  }

  protected pause(): void {
    this.coder.hold()
  }

  protected go(): void {
    this.coder.release()
  }

  protected halt(): void {
    this.coder.stop()
  }

  onCoded(chunk: Buffer): void {
    this.counts.bytesOut += chunk.length
    this.sendOn(chunk)
  }

  onCoderRoom(): void {
    this.askForMore()
  }

  onCoderEnd(): void {
    this.sendEnd(this.trailersOf === undefined ? this.last : this.trailersOf(this.coder, this.last))
  }

  onCoderFailed(reason: 'bad' | 'tooLarge'): void {
    this.counts[reason]++
    this.coder.stop()
    const { server } = this.exchange
    if (reason === 'bad') server?.refuseBody(400, 'request_not_decompressed', 'Bad Request')
    else server?.refuseBody(413, 'request_grows_too_much', 'Payload Too Large')
  }
}
