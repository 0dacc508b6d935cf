import { TokenBucket, type TokenBucketRate } from '@heddle/engine/limit/token-bucket'

export type RequestCounts = {
  /** How often there was no token for a request. */
  enforced: number
  /** That wait for one now. */
  pending: number
}

type Outgoing = { send(request: Uint8Array): void }
type Waiting = { readonly call: Outgoing; readonly request: Uint8Array }

/** The clock of timers ends at some 24 days. */
const waitMaxMs = 86_400_000
/** A server that sends faster than it may be answered must not fill the memory with answers. */
const waitingBytesMax = 16 * 1024 * 1024
const waitingMax = 10_000

/**
 * Requests on their way to a control plane, in order and no faster than `rate_limit_settings` allows. The bucket outlives the
 * stream: opening another one is no way around it.
 */
export class RequestQueue implements Disposable {
  readonly counts: RequestCounts = { enforced: 0, pending: 0 }
  private readonly bucket: TokenBucket | undefined
  private waiting: Waiting[] = []
  private waitingBytes = 0
  private timer: NodeJS.Timeout | undefined

  constructor(rate: TokenBucketRate | undefined) {
    this.bucket = rate && new TokenBucket(rate, performance.now())
  }

  [Symbol.dispose](): void {
    this.clear()
  }

  /** False: too much waits already, and the request is not sent. */
  send(call: Outgoing, request: Uint8Array): boolean {
    if (this.bucket === undefined) {
      call.send(request)
      return true
    }
    if (this.waiting.length >= waitingMax || this.waitingBytes > waitingBytesMax) return false
    this.waiting.push({ call, request })
    this.waitingBytes += request.length
    this.flush(this.bucket)
    return true
  }

  /** The stream has ended: what was to be said on it is said anew on the next one. */
  clear(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.waiting = []
    this.waitingBytes = 0
    this.counts.pending = 0
  }

  private flush(bucket: TokenBucket): void {
    for (;;) {
      const [next] = this.waiting
      if (next === undefined) break
      if (!bucket.take(performance.now())) {
        this.counts.enforced++
        this.wait(bucket)
        break
      }
      this.waiting.shift()
      this.waitingBytes -= next.request.length
      next.call.send(next.request)
    }
    this.counts.pending = this.waiting.length
  }

  private wait(bucket: TokenBucket): void {
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined
        this.flush(bucket)
      },
      // A timer may fire a moment early.
      Math.min(waitMaxMs, Math.ceil(bucket.resetMs(performance.now())) + 1),
    )
  }
}
