import { CHUNKED, type Framing, LENGTH, NO_BODY } from '../../message/body-framing.ts'
import { HeaderBlock } from '../../message/header-block.ts'
import { type Field, withoutPadding } from './hpack/field.ts'
import {
  CONTENT_LENGTH,
  COOKIE,
  DISGUISED,
  type FieldRole,
  HOST,
  ORDINARY,
  STATUS,
  UNDERSCORED,
} from './hpack/field-name.ts'
import type { FieldLimits } from './request-head.ts'

/** A response's fields as they are decoded; as strict as a request's. */
export class ResponseHead {
  status = 0
  readonly headers = new HeaderBlock()
  framing: Framing = NO_BODY
  /** −1: the head names none. */
  contentLength = -1
  private readonly limits: FieldLimits
  private length = -1
  /** Names and values, as they were decoded. */
  bytes = 0
  private hasFields = false
  private refusal: string | undefined

  constructor(limits: FieldLimits) {
    this.limits = limits
  }

  reset(): void {
    this.status = 0
    this.headers.clear()
    this.length = -1
    this.bytes = 0
    this.hasFields = false
    this.refusal = undefined
  }

  onField(field: Field): void {
    const { name, value, fitsName } = field
    this.bytes += name.text.length + value.length
    if (this.refusal !== undefined) return
    if (field.isNeverIndexed) this.headers.neverIndex(name.text)
    if (this.bytes > this.limits.headerBytesMax || this.headers.count >= this.limits.headerCountMax) {
      this.refusal = 'headers_too_large'
    } else if (!field.isValueValid && !(field.isPadded && isOrdinary(name.role))) {
      this.refusal = 'http2.invalid_header_value'
    } else if (isOrdinary(name.role)) {
      this.hasFields = true
      this.headers.appendKnown(name.header, field.isPadded ? withoutPadding(value) : value)
    } else if (name.role === STATUS) {
      if (this.status !== 0 || this.hasFields || !fitsName) this.refusal = 'http2.invalid_status'
      this.status = field.number
    } else if (name.role === CONTENT_LENGTH) {
      this.hasFields = true
      if (this.length >= 0 || !fitsName) this.refusal = 'http2.invalid_content_length'
      this.length = field.number
    } else this.refusal = 'http2.invalid_header_name'
  }

  /** Everything has come. Why it is no response; undefined when it is one. */
  finish(isEnd: boolean, method: string): string | undefined {
    if (this.refusal !== undefined) return this.refusal
    if (this.status === 0) return 'http2.missing_status'
    // 101 does not exist in HTTP/2 (§8.6); an interim answer is never the last.
    if (this.status === 101 || (this.status < 200 && isEnd)) return 'http2.invalid_status'
    const hasNone = method === 'HEAD' || this.status === 204 || this.status === 304
    if (isEnd && this.length > 0 && !hasNone) return 'http2.content_length_mismatch'
    this.framing = isEnd || hasNone ? NO_BODY : this.length >= 0 ? LENGTH : CHUNKED
    this.contentLength = this.length
    return undefined
  }
}

/** What means something in requests only means nothing here, underscores among it. */
function isOrdinary(role: FieldRole): boolean {
  return role === ORDINARY || role === HOST || role === COOKIE || role === UNDERSCORED || role === DISGUISED
}
