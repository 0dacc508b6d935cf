import { Duplex } from 'node:stream'
import { errorCodes } from './error-code.ts'
import type { Http2Stream } from './http2-stream.ts'

/** A stream of extended CONNECT (RFC 8441) as what a tunnel joins: bytes both ways, each end closed by itself. */
export class StreamTunnel extends Duplex {
  private readonly stream: Http2Stream
  private written: ((error?: Error | null) => void) | undefined

  constructor(stream: Http2Stream) {
    super()
    this.stream = stream
  }

  /** The stream takes more again. */
  wake(): void {
    const { written } = this
    this.written = undefined
    written?.()
  }

  /** As a socket: the other side must see that it was cut. */
  resetAndDestroy(): this {
    this.stream.session.streams.drop(this.stream, errorCodes.connectError)
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
