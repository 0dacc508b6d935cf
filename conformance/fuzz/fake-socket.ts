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

  _writeGeneric(_vectored: false, bytes: string | Buffer, _encoding: string, done: () => void): void {
    this.write(bytes, undefined, done)
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
