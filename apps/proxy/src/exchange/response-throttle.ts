import { nowMs } from '../clock/event-clock.ts'
import { newTimer, type Timer, type TimerWheel } from '../clock/timer-wheel.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import { AnswerDetour, type AnswerSource, type DetouredExchange } from './answer-detour.ts'

const sliceMs = 50
const queuedBytesMax = 64 * 1024

/**
 * Lets the body of one answer go to the client at a fixed pace, in slices of 50 ms. What the upstream brings too early is
 * held here up to a limit, then the upstream waits. The end of the answer waits for its last byte.
 */
export class ResponseThrottle extends AnswerDetour {
  private readonly bytesPerMs: number
  private readonly wheel: TimerWheel
  private readonly timer: Timer
  private queue: Buffer[] = []
  private queuedBytes = 0
  private budget: number
  private filledMs: number
  private isDownstreamFull = false
  private source: AnswerSource | undefined
  private last: { readonly trailers: HeaderBlock | undefined } | undefined

  constructor(exchange: DetouredExchange, bytesPerS: number, wheel: TimerWheel) {
    super(exchange)
    this.bytesPerMs = bytesPerS / 1000
    this.wheel = wheel
    this.timer = newTimer(() => this.send())
    // One slice at once, then as time passes: a bucket that begins full would let small answers through unharmed.
    this.budget = this.bytesPerMs * sliceMs
    this.filledMs = nowMs()
  }

  take(chunk: Buffer, source: AnswerSource): boolean {
    this.queue.push(Buffer.from(chunk))
    this.queuedBytes += chunk.length
    this.send()
    if (this.queuedBytes < queuedBytesMax) return true
    this.source = source
    return false
  }

  end(trailers: HeaderBlock | undefined): void {
    if (this.queuedBytes === 0) this.sendEnd(trailers)
    else this.last = { trailers: this.keep(trailers) }
  }

  downstreamDrained(): void {
    this.isDownstreamFull = false
    this.send()
  }

  protected halt(): void {
    this.wheel.clear(this.timer)
    this.queue = []
    this.queuedBytes = 0
    this.source = undefined
    this.last = undefined
  }

  private send(): void {
    this.fill()
    while (this.budget >= 1 && this.queuedBytes > 0 && !this.isDownstreamFull) {
      const first = this.queue[0] as Buffer // bytes are queued
      const part = first.length <= this.budget ? first : first.subarray(0, Math.floor(this.budget))
      if (part.length === first.length) this.queue.shift()
      else this.queue[0] = first.subarray(part.length)
      this.budget -= part.length
      this.queuedBytes -= part.length
      if (!this.sendOn(part)) this.isDownstreamFull = true
    }
    this.exchange.downstream.flush()
    if (this.queuedBytes > 0) {
      if (!this.isDownstreamFull) this.wheel.set(this.timer, sliceMs)
    } else if (this.last !== undefined) {
      this.sendEnd(this.last.trailers)
      return
    }
    const { source } = this
    if (source === undefined || this.queuedBytes >= queuedBytesMax / 2) return
    this.source = undefined
    source.downstreamDrained()
  }

  /** Unused time is lost beyond one slice, or a pause would be made up for by a burst. */
  private fill(): void {
    const now = nowMs()
    const most = Math.max(1, this.bytesPerMs * sliceMs * 2)
    this.budget = Math.min(most, this.budget + (now - this.filledMs) * this.bytesPerMs)
    this.filledMs = now
  }
}
