import type { CodedBytes } from '../counts/compression-counts.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import { AnswerDetour, type AnswerSource, type DetouredExchange } from './answer-detour.ts'
import type { BodyCoder, CoderEvents } from './body-coder.ts'

export type CoderOf = (events: CoderEvents) => BodyCoder

/** The body of one answer, written in another coding. */
export class RecodedAnswer extends AnswerDetour implements CoderEvents {
  private readonly coder: BodyCoder
  private readonly counts: CodedBytes
  /** What stands behind the body besides what the upstream says there. */
  private readonly trailersOf: ((coder: BodyCoder, trailers: HeaderBlock | undefined) => HeaderBlock) | undefined
  private source: AnswerSource | undefined
  private last: HeaderBlock | undefined

  constructor(
    exchange: DetouredExchange,
    coderOf: CoderOf,
    counts: CodedBytes,
    trailersOf?: (coder: BodyCoder, trailers: HeaderBlock | undefined) => HeaderBlock,
  ) {
    super(exchange)
    this.coder = coderOf(this)
    this.counts = counts
    this.trailersOf = trailersOf
  }

  take(chunk: Buffer, source: AnswerSource): boolean {
    this.counts.bytesIn += chunk.length
    // What the client gets is counted.
    this.exchange.responseBytes -= chunk.length
    if (this.coder.write(chunk)) return true
    this.source = source
    return false
  }

  end(trailers: HeaderBlock | undefined): void {
    this.last = this.keep(trailers)
    this.coder.end()
  }

  downstreamDrained(): void {
    this.coder.release()
  }

  protected halt(): void {
    this.coder.stop()
    this.source = undefined
  }

  onCoded(chunk: Buffer): void {
    this.counts.bytesOut += chunk.length
    this.exchange.responseBytes += chunk.length
    if (!this.sendOn(chunk)) this.coder.hold()
    this.exchange.downstream.flush()
  }

  onCoderRoom(): void {
    const { source } = this
    this.source = undefined
    source?.downstreamDrained()
  }

  onCoderEnd(): void {
    this.sendEnd(this.trailersOf === undefined ? this.last : this.trailersOf(this.coder, this.last))
  }

  onCoderFailed(reason: 'bad' | 'tooLarge'): void {
    this.counts[reason]++
    this.coder.stop()
    this.exchange.server?.cutAnswer(reason === 'bad' ? 'answer_not_decompressed' : 'answer_grows_too_much')
  }
}
