import { Duplex } from 'node:stream'
import type { HeaderBlock } from '../message/header-block.ts'
import type { UpstreamPort } from '../message/upstream-port.ts'

/** A POST whose body is one direction of a tunnel and whose answer is the other, as what a tunnel joins. */
export class PostedBytes extends Duplex {
  /** Undefined when both messages are whole, or one is not to become whole: its connection may serve another by then. */
  private port: UpstreamPort | undefined
  private written: ((error?: Error | null) => void) | undefined
  private isHeldBack = false
  trailers: HeaderBlock | undefined

  constructor(port: UpstreamPort) {
    super()
    this.port = port
  }

  /** Some of the answer's body; lent. */
  takeSome(chunk: Buffer): void {
    if (this.push(Buffer.from(chunk))) return
    this.isHeldBack = true
    this.port?.pauseResponse()
  }

  /** The answer is whole. What is left of the request has nowhere to go (RFC 9112 §9.5, RFC 9113 §8.1). */
  takeEnd(trailers: HeaderBlock | undefined): void {
    this.port = undefined
    this.trailers = trailers?.copy()
    this.push(null)
    this.wake()
  }

  /** The answer broke off. */
  cut(): void {
    this.port = undefined
    this.destroy(new Error('the answer was cut'))
  }

  wake(): void {
    const { written } = this
    this.written = undefined
    written?.()
  }

  /** As a socket: the other side must see that it was cut. */
  resetAndDestroy(): this {
    return this.destroy()
  }

  override _read(): void {
    if (!this.isHeldBack) return
    this.isHeldBack = false
    this.port?.resumeResponse()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const { port } = this
    if (port === undefined) done(new Error('the answer is over'))
    else if (port.sendData(chunk)) done()
    else this.written = done
  }

  override _final(done: (error?: Error | null) => void): void {
    this.port?.sendEnd(undefined)
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.port?.abandon()
    this.port = undefined
    done(error)
  }
}
