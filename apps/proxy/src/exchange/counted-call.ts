import type { GrpcCounts } from '../counts/grpc-counts.ts'
import { MessageCounter } from './message-counter.ts'

/** An upstream may say anything: beyond so many each is a call that went well or did not, and no more. */
const statusesMax = 64

/** One call of gRPC whose messages are counted as they pass (`grpc_stats`). */
export class CountedCall {
  private readonly counts: GrpcCounts
  private readonly sent = new MessageCounter()
  private readonly received = new MessageCounter()

  constructor(counts: GrpcCounts) {
    this.counts = counts
  }

  request(chunk: Buffer): void {
    this.counts.requestMessages += this.sent.count(chunk)
  }

  response(chunk: Buffer): void {
    this.counts.responseMessages += this.received.count(chunk)
  }

  /** Without a status it says nothing of how it went. */
  end(status: string): void {
    const { counts } = this
    if (status === '') return
    const before = counts.statuses.get(status)
    if (before !== undefined || counts.statuses.size < statusesMax) counts.statuses.set(status, (before ?? 0) + 1)
    if (status === '0') counts.success++
    else counts.failure++
  }
}
