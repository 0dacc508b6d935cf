import { HeaderBlock } from '../../message/header-block.ts'
import { WireCount } from '../../message/wire-count.ts'
import type { HeadRefusal } from '../head-refusal.ts'
import { headRefusals } from './head-refusals.ts'
import { parseFields } from './parse-fields.ts'

/** Takes what the decoder finds. `payload` is a view of the bytes that came in. */
export type ChunkSink = {
  onPayload(payload: Buffer): void
}

const SIZE = 0
const DATA = 1
const DATA_END = 2
const TRAILERS = 3
const DONE = 4

/** A size line is a few hex digits; extensions are allowed by the grammar and used by nobody, so they get little room. */
const sizeLineMax = 256
const trailerBytesMax = 8 * 1024
const trailerCountMax = 32

/**
 * The chunked coding of RFC 9112 §7.1, strictly, over buffers as they arrive:
 *
 * ```
 *   SIZE ──▶ DATA ──▶ DATA_END ──▶ SIZE … ──(size 0)──▶ TRAILERS ──▶ DONE
 * ```
 */
export class ChunkedDecoder {
  readonly trailers = new HeaderBlock()
  private state: number = SIZE
  private left = 0
  private line = ''
  private count = new WireCount()

  /** `count` is told what the body takes. */
  reset(count: WireCount): void {
    this.count = count
    this.state = SIZE
    this.left = 0
    this.line = ''
    this.trailers.clear()
  }

  get isDone(): boolean {
    return this.state === DONE
  }

  /** Decodes from `from` on; returns how far it came (everything, or the end of the body), or why it is refused. */
  write(bytes: Buffer, from: number, sink: ChunkSink): number | HeadRefusal {
    const at = this.decode(bytes, from, sink)
    if (typeof at === 'number') this.count.bytes += at - from
    return at
  }

  private decode(bytes: Buffer, from: number, sink: ChunkSink): number | HeadRefusal {
    let at = from
    while (at < bytes.length && this.state !== DONE) {
      if (this.state === DATA) {
        const take = Math.min(this.left, bytes.length - at)
        sink.onPayload(bytes.subarray(at, at + take))
        at += take
        this.left -= take
        if (this.left === 0) this.state = DATA_END
        continue
      }
      const plain = this.line === '' ? this.takePlain(bytes, at) : at
      if (plain > at) {
        at = plain
        continue
      }
      const end = bytes.indexOf(0x0a, at)
      const stop = end < 0 ? bytes.length : end + 1
      const limit = this.state === TRAILERS ? trailerBytesMax : sizeLineMax
      if (this.line.length + stop - at > limit) return headRefusals.chunk
      this.line += bytes.toString('latin1', at, stop)
      at = stop
      if (end < 0) return at
      const refusal = this.takeLine()
      if (refusal !== undefined) return refusal
    }
    return at
  }

  /**
   * A size without extensions, and the end of a chunk, as nearly all are: where they end, or `at` for what must be looked
   * at as a line. Chunks of one byte cost their sender nothing, so they must not cost us strings.
   */
  private takePlain(bytes: Buffer, from: number): number {
    let at = from
    if (this.state === SIZE) {
      let size = 0
      for (; at - from < sizeDigitsMax; at++) {
        const digit = hexDigits[bytes[at] ?? 0] as number // there are 256
        if (digit < 0) break
        size = size * 16 + digit
      }
      if (at === from || bytes[at] !== 0x0d || bytes[at + 1] !== 0x0a) return from
      this.left = size
      this.state = size === 0 ? TRAILERS : DATA
      return at + 2
    }
    if (this.state !== DATA_END || bytes[at] !== 0x0d || bytes[at + 1] !== 0x0a) return from
    this.state = SIZE
    return at + 2
  }

  private takeLine(): HeadRefusal | undefined {
    const line = this.line
    if (!line.endsWith('\r\n')) return headRefusals.chunk
    switch (this.state) {
      case SIZE:
        this.line = ''
        return this.takeSize(line)
      case DATA_END:
        this.line = ''
        if (line !== '\r\n') return headRefusals.chunk
        this.state = SIZE
        return undefined
      default:
        return this.takeTrailers(line)
    }
  }

  private takeSize(line: string): HeadRefusal | undefined {
    const match = sizeLine.exec(line)
    if (match === null) return headRefusals.chunk
    this.left = Number.parseInt(match[1] as string, 16) // the group takes part in every match
    this.state = this.left === 0 ? TRAILERS : DATA
    return undefined
  }

  /** The section ends with an empty line; until then the lines are kept together. */
  private takeTrailers(text: string): HeadRefusal | undefined {
    if (text !== '\r\n' && !text.endsWith('\r\n\r\n')) return undefined
    this.line = ''
    this.state = DONE
    if (text === '\r\n') return undefined
    const refusal = parseFields(text.slice(0, -2), 0, this.trailers, trailerCountMax, undefined, 'allow')
    if (refusal !== undefined) return refusal === headRefusals.fieldValue ? headRefusals.trailers : refusal
    for (let index = 0; index < this.trailers.count; index++) {
      if (forbiddenTrailers.has(this.trailers.names[index] as string)) return headRefusals.trailers // in range
    }
    return undefined
  }
}

/** Twelve hex digits stay an exact integer. */
const sizeDigitsMax = 12
/** By byte; −1 for what is none. */
const hexDigits = Int8Array.from({ length: 256 }, (_, byte) => '0123456789abcdef'.indexOf(toLower(byte)))

function toLower(byte: number): string {
  return String.fromCharCode(byte).toLowerCase()
}

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const quoted = '"(?:[\\t !#-[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*"'
/** Extensions have names, and tokens or quoted texts as values (RFC 9112 §7.1.1). A line end ends the line, in quotes too. */
const sizeLine = new RegExp(`^([0-9A-Fa-f]{1,12})(?:;${token}(?:=(?:${token}|${quoted}))?)*\\r\\n$`)

/** Fields that change how a message is framed, routed or authenticated may not come late (RFC 9110 §6.5.1). */
const forbiddenTrailers = new Set([
  'transfer-encoding',
  'content-length',
  'host',
  'connection',
  'authorization',
  'content-encoding',
  'content-type',
  'trailer',
  'te',
  'upgrade',
])
