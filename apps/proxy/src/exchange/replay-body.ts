import type { ForwardAction } from '@heddle/engine/route/forward-action'
import type { HttpExchange } from './http-exchange.ts'

/** A body up to this size is kept, so that another try can send it again. */
const usualMax = 64 * 1024
/** The same where the proxy follows redirects or a route says how much, as Envoy's buffers are by themselves: few routes do. */
const redirectedMax = 1024 * 1024
/** An upstream that gives back every request unread is not asked for ever. */
const givenBackMax = 2

/** A request's body as far as it has come: for a connection that is not there yet, and for another try. */
export class ReplayBody {
  chunks: Buffer[] = []
  private bytes = 0
  private bytesMax = usualMax
  private isWanted = false
  private givenBack = 0

  /** `isRetried`: another try may need it; the request that a redirect leads to may too. */
  begin(isRetried: boolean, { listener }: HttpExchange, { internalRedirect, replayBytesMax }: ForwardAction): void {
    this.chunks = []
    this.bytes = 0
    this.isWanted = isRetried || internalRedirect !== undefined
    const wideMax = listener.bufferBytesMax ?? redirectedMax
    const ownMax = internalRedirect === undefined ? usualMax : wideMax
    this.bytesMax = replayBytesMax === undefined ? ownMax : Math.min(replayBytesMax, wideMax)
    this.givenBack = 0
  }

  /** The chunk is lent. `isSent`: it goes out now, so that only another try could want it. */
  add(chunk: Buffer, isSent: boolean): void {
    if (isSent && !this.isWanted) return
    this.bytes += chunk.length
    if (this.bytes > this.bytesMax) this.isWanted = false
    if (isSent && !this.isWanted) this.chunks = []
    else this.chunks.push(Buffer.from(chunk))
  }

  /** No more should come before it can be sent. */
  get isFull(): boolean {
    return this.bytes >= usualMax
  }

  /** An upstream gave the request back unread: whether it did so too often. */
  isSpent(): boolean {
    return ++this.givenBack > givenBackMax
  }

  /** What is here has been sent. */
  sent(): void {
    if (!this.isWanted) this.chunks = []
  }

  /** All that has come is still here. */
  get isWhole(): boolean {
    return this.isWanted
  }

  clear(): void {
    this.chunks = []
  }
}
