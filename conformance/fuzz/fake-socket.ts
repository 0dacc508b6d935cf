import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'

/** A socket that takes every byte and brings none: the codecs are fed by hand. */
export class FakeSocket extends EventEmitter {
  isOver = false
  written = ''
  readonly destroyed = false
  readonly writableLength = 0

  asSocket(): Socket {
    return this as unknown as Socket // what the codecs use of one is here
  }

  write(bytes: string | Buffer, _encoding: unknown, done?: (error?: Error) => void): boolean {
    if (this.written.length < 65_536) this.written += bytes.toString('latin1')
    done?.()
    return true
  }

  /** What stands behind a socket: see `apps/proxy/src/codec/node-streams.ts`. */
  readonly _handle = {
    writeLatin1String: (_request: object, text: string) => this.taken(text),
    writeBuffer: (_request: object, bytes: Buffer) => this.taken(bytes),
  }

  private taken(bytes: string | Buffer): number {
    this.write(bytes, undefined)
    return 0
  }

  end(): void {
    this.isOver = true
  }

  destroy(): void {
    this.isOver = true
  }

  destroySoon(): void {
    this.isOver = true
  }

  resetAndDestroy(): void {
    this.isOver = true
  }

  pause(): void {}
  resume(): void {}
  unshift(): void {}
  cork(): void {}
  uncork(): void {}
}
