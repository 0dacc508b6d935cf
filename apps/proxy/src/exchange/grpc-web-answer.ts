import type { HeaderBlock } from '../message/header-block.ts'
import { AnswerDetour, type AnswerSource, type DetouredExchange } from './answer-detour.ts'
import type { GrpcWebCall } from './grpc-web-call.ts'

/** Stands before trailers, where 0 stands before a message. */
const trailersFlag = 0x80
const prefixBytes = 5

/** The body of an answer in gRPC as gRPC-Web has it: trailers are its last frame, and as text all of it is in base64. */
export class GrpcWebAnswer extends AnswerDetour {
  private readonly call: GrpcWebCall
  private source: AnswerSource | undefined

  constructor(exchange: DetouredExchange, call: GrpcWebCall) {
    super(exchange)
    this.call = call
  }

  take(chunk: Buffer, source: AnswerSource): boolean {
    // What the client gets is counted.
    this.exchange.responseBytes -= chunk.length
    if (this.write(chunk)) return true
    this.source = source
    return false
  }

  end(trailers: HeaderBlock | undefined): void {
    this.call.counted?.end(trailers?.get('grpc-status') ?? '')
    if (trailers !== undefined) this.write(frameOf(trailers))
    this.sendEnd(undefined)
  }

  downstreamDrained(): void {
    const { source } = this
    this.source = undefined
    source?.downstreamDrained()
  }

  protected halt(): void {
    this.source = undefined
  }

  /** Each piece by itself: a client reads what is there. */
  private write(bytes: Buffer): boolean {
    const written = this.call.answer === 'text' ? Buffer.from(bytes.toString('base64'), 'latin1') : bytes
    this.exchange.responseBytes += written.length
    return this.sendOn(written)
  }
}

function frameOf(trailers: HeaderBlock): Buffer {
  let text = ''
  for (let index = 0; index < trailers.count; index++) {
    const name = trailers.names[index] as string // in range
    if (name !== '') text += `${name}:${trailers.values[index]}\r\n`
  }
  const frame = Buffer.alloc(prefixBytes + text.length)
  frame.writeUInt8(trailersFlag)
  frame.writeUInt32BE(text.length, 1)
  frame.write(text, prefixBytes, 'latin1')
  return frame
}
