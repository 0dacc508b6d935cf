import type { Socket } from 'node:net'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { rawFrame } from './harness/raw-http2.ts'
import { proxyTo } from './harness/to-http2-upstream.ts'

// As servers of Rust write by default (Nagle): less than a segment waits until what was sent before is acknowledged. That
// comes with the next bytes that we send, or by the kernel 40 ms later, which is here never.

const size = 2 * 1024 * 1024

test('an upstream that holds small writes back until it hears from us is not waited for by a window that has ended', async () => {
  await using upstream = await startRawUpstream((socket) => {
    const answer = new HeldBackAnswer(socket)
    socket.on('data', (part) => answer.hear(part as Buffer)) // no encoding is set
  })
  await using proxy = await proxyTo(upstream.port)

  const answered = await proxy.get('/')

  expect(answered.body.length).toBe(size)
})

/** What one write into the loopback can be at most and still is one segment. */
const segmentBytes = 65_483
const frameBytes = 16_384
const prefaceBytes = 24

/** Answers the first stream with as much as it may send. */
class HeldBackAnswer {
  private readonly socket: Socket
  private pending = Buffer.alloc(0)
  private isGreeted = false
  private readonly window = { connection: 65_535, stream: 65_535 }
  private left = 0
  private held = Buffer.alloc(0)
  private isUnacknowledged = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.write(rawFrame(4, 0, 0))
  }

  hear(part: Buffer): void {
    this.pending = Buffer.concat([this.pending, part])
    this.isUnacknowledged = false
    if (!this.isGreeted && this.pending.length >= prefaceBytes) {
      this.isGreeted = true
      this.pending = this.pending.subarray(prefaceBytes)
    }
    while (this.isGreeted && this.pending.length >= 9) {
      const end = 9 + this.pending.readUIntBE(0, 3)
      if (this.pending.length < end) break
      this.take(this.pending.subarray(0, end))
      this.pending = this.pending.subarray(end)
    }
    this.write()
    this.answer()
  }

  private take(frame: Buffer): void {
    const payload = frame.subarray(9)
    switch (frame[3]) {
      case 1: // 88 is :status 200.
        this.socket.write(rawFrame(1, 4, 1, Buffer.from('88', 'hex')))
        this.left = size
        break
      case 4:
        for (let at = 0; at < payload.length; at += 6) {
          if (payload.readUInt16BE(at) === 4) this.window.stream = payload.readUInt32BE(at + 2)
        }
        break
      case 8:
        this.window[frame.readUInt32BE(5) === 0 ? 'connection' : 'stream'] += payload.readUInt32BE(0)
        break
    }
  }

  private answer(): void {
    const { window } = this
    for (let bytes = frameBytes; this.left > 0 && Math.min(window.stream, window.connection) >= bytes; ) {
      bytes = Math.min(bytes, this.left)
      this.left -= bytes
      window.stream -= bytes
      window.connection -= bytes
      this.held = Buffer.concat([this.held, rawFrame(0, this.left === 0 ? 1 : 0, 1, Buffer.alloc(bytes, 'x'))])
      this.write()
    }
  }

  /** Whole segments go out; less than one only when nothing is under way. */
  private write(): void {
    const { length } = this.held
    const goes = this.isUnacknowledged ? length - (length % segmentBytes) : length
    if (goes === 0) return
    this.socket.write(this.held.subarray(0, goes))
    this.held = this.held.subarray(goes)
    this.isUnacknowledged = true
  }
}
