import { Duplex } from 'node:stream'
import type { HeaderBlock } from '../../message/header-block.ts'
import { errorCodes } from './error-code.ts'
import type { Http2Stream } from './http2-stream.ts'

/** A stream of extended CONNECT (RFC 8441) as what a tunnel joins: bytes both ways, each end closed by itself. */
export class StreamTunnel extends Duplex {
  /** With which the other side ended it. */
  trailers: HeaderBlock | undefined
  private readonly stream: Http2Stream
  private readonly resetCode: number
  private written: ((error?: Error | null) => void) | undefined

  /** `isWebSocket`: what a reset of TCP becomes there is another error (RFC 8441 §5, RFC 9113 §8.5). */
  constructor(stream: Http2Stream, isWebSocket: boolean) {
    super()
    this.stream = stream
    this.resetCode = isWebSocket ? errorCodes.cancel : errorCodes.connectError
  }

  /** The stream is gone before its end: an error, so that what it is joined with is reset, and not closed in good order. */
  cut(): void {
    this.destroy(new Error('the stream was cut'))
  }

  /** The stream takes more again. */
  wake(): void {
    const { written } = this
    this.written = undefined
    written?.()
  }

  /** As a socket: the other side must see that it was cut. */
  resetAndDestroy(): this {
    this.stream.session.streams.drop(this.stream, this.resetCode)
    return this.destroy()
  }

  override _read(): void {
    this.stream.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.stream.write(chunk)) done()
    else this.written = done
  }

  override _final(done: (error?: Error | null) => void): void {
    this.stream.finish(undefined)
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.stream.session.streams.drop(this.stream, errorCodes.cancel)
    done(error)
  }
}
