import type { HeaderBlock } from '../../message/header-block.ts'
import type { HeaderName } from '../../message/header-name.ts'
import type { WireCount } from '../../message/wire-count.ts'
import { CONTINUATION, END_HEADERS, END_STREAM, frameBytesMax, HEADERS, headerBytes } from './frame.ts'
import {
  CONNECTION_SPECIFIC,
  CONTENT_LENGTH,
  COOKIE,
  type FieldName,
  fieldName,
  fieldNameOf,
  HOST,
  TE,
} from './hpack/field-name.ts'
import { HpackEncoder, roomFor } from './hpack/hpack-encoder.ts'
import type { TurnWriter } from './turn-writer.ts'

const authorityName = fieldName(':authority')
const methodName = fieldName(':method')
const pathName = fieldName(':path')
const schemeName = fieldName(':scheme')
const statusName = fieldName(':status')
const protocolName = fieldName(':protocol')
const lengthName = fieldName('content-length')
const teName = fieldName('te')

/** Pseudo-header fields, lengths and what else we add. */
const ownRoom = 256

/** A request's pseudo-header fields. `protocol` is for extended CONNECT (RFC 8441), '' otherwise. */
export type RequestLine = {
  readonly method: string
  readonly target: string
  readonly scheme: string
  readonly protocol: string
}

/** Whose fields they are. */
type SendingStream = { readonly id: number; readonly sent: WireCount }

/** Writes HEADERS frames (RFC 9113 §6.2, §8.3), with CONTINUATION where a block is long. */
export class FieldWriter {
  readonly encoder = new HpackEncoder()
  private readonly writer: TurnWriter
  private into: Buffer = Buffer.alloc(0)
  private at = 0
  private start = 0

  constructor(writer: TurnWriter) {
    this.writer = writer
  }

  /** `contentLength` −1 says none. */
  response(stream: SendingStream, status: number, headers: HeaderBlock, contentLength: number, isEnd: boolean): void {
    this.begin(headers, 0)
    const index = statusIndexes[status]
    this.at =
      index === undefined
        ? this.encoder.field(statusName, String(status), this.into, this.at)
        : this.encoder.indexed(index, this.into, this.at)
    this.block(headers)
    if (contentLength >= 0) this.put(lengthName, String(contentLength))
    this.end(stream, isEnd)
  }

  request(stream: SendingStream, line: RequestLine, headers: HeaderBlock, contentLength: number, isEnd: boolean): void {
    const { method, target, scheme, protocol } = line
    this.begin(headers, method.length + target.length + scheme.length)
    this.put(methodName, method)
    // A CONNECT that is none of a protocol names its authority only (RFC 9113 §8.5).
    const isBare = method === 'CONNECT' && protocol === ''
    if (!isBare) this.put(schemeName, scheme)
    const host = hostOf(headers)
    if (host !== '') this.put(authorityName, host)
    if (!isBare && target === '/') this.at = this.encoder.indexed(4, this.into, this.at)
    else if (!isBare) this.at = this.encoder.unindexed(pathName, target, this.into, this.at)
    if (protocol !== '') this.put(protocolName, protocol)
    this.block(headers)
    // What is left of the client's own says just that.
    if (headers.has('te')) this.put(teName, 'trailers')
    if (contentLength >= 0) this.put(lengthName, String(contentLength))
    this.end(stream, isEnd)
  }

  trailers(stream: SendingStream, headers: HeaderBlock): void {
    this.begin(headers, 0)
    this.block(headers)
    this.end(stream, true)
  }

  private begin({ names, values, count }: HeaderBlock, more: number): void {
    let room = headerBytes + ownRoom + more
    for (let index = 0; index < count; index++) {
      // The host is written as `:authority` and counted as what it was.
      room += roomFor(names[index] as string, values[index] as string) // in range
    }
    this.into = this.writer.reserve(room)
    this.start = this.writer.position
    this.at = this.encoder.begin(this.into, this.start + headerBytes)
  }

  private put(name: FieldName, value: string): void {
    this.at = this.encoder.field(name, value, this.into, this.at)
  }

  /** All but what HTTP/2 says otherwise (§8.2.2) or what is written anew. */
  private block({ names, known, values, count, neverIndexed }: HeaderBlock): void {
    const { encoder, into } = this
    let { at } = this
    for (let index = 0; index < count; index++) {
      const text = names[index] as string // in range
      if (text === '') continue
      const name = fieldNameOf(known[index] as HeaderName) // in range
      const value = values[index] as string // in range
      switch (name.role) {
        case CONNECTION_SPECIFIC:
        case CONTENT_LENGTH:
        case HOST:
        case TE:
          break
        case COOKIE:
          // A short secret could be guessed from what it compresses to (RFC 7541 §7.1.3).
          at =
            value.length < 20 || neverIndexed?.has(text) === true
              ? encoder.sensitive(name, value, into, at)
              : encoder.field(name, value, into, at)
          break
        default:
          if (neverIndexed?.has(text) === true && text.charCodeAt(0) !== 0x3a)
            at = encoder.sensitive(name, value, into, at)
          else if (name.isOneOff) at = encoder.unindexed(name, value, into, at)
          else if (text.charCodeAt(0) !== 0x3a) at = encoder.field(name, value, into, at)
      }
    }
    this.at = at
  }

  private end({ id, sent }: SendingStream, isEnd: boolean): void {
    const { start, into } = this
    const length = this.at - start - headerBytes
    const flags = isEnd ? END_STREAM : 0
    if (length <= frameBytesMax) {
      this.writer.frameHeader(into, start, length, HEADERS, flags | END_HEADERS, id)
      this.writer.advance(this.at)
      sent.addBlock(headerBytes + length, 0)
      return
    }
    // Rare: copied out, and cut into frames. What was reserved is not used.
    const block = Buffer.from(into.subarray(start + headerBytes, this.at))
    for (let from = 0; from < block.length; from += frameBytesMax) {
      const part = block.subarray(from, from + frameBytesMax)
      const isLast = from + part.length === block.length
      const buffer = this.writer.reserve(headerBytes + part.length)
      const type = from === 0 ? HEADERS : CONTINUATION
      const partFlags = (from === 0 ? flags : 0) | (isLast ? END_HEADERS : 0)
      const at = this.writer.frameHeader(buffer, this.writer.position, part.length, type, partFlags, id)
      part.copy(buffer, at)
      this.writer.advance(at + part.length)
      sent.addBlock(headerBytes + part.length, 0)
    }
  }
}

/** Entries of the static table. */
const statusIndexes: Readonly<Record<number, number>> = {
  200: 8,
  204: 9,
  206: 10,
  304: 11,
  400: 12,
  404: 13,
  500: 14,
}

function hostOf({ names, values, count }: HeaderBlock): string {
  for (let index = 0; index < count; index++) if (names[index] === 'host') return values[index] as string // in range
  return ''
}
