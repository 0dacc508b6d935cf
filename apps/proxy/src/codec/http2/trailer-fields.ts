import { HeaderBlock } from '../../exchange/header-block.ts'
import type { Field } from './hpack/field.ts'
import { ORDINARY, UNDERSCORED } from './hpack/field-name.ts'
import type { FieldLimits } from './request-head.ts'

/**
 * The fields that end a message (RFC 9113 §8.1); no pseudo-header, nothing that frames, routes or authenticates. As large as
 * a head may be: gRPC puts the details of its errors here.
 */
export class TrailerFields {
  readonly headers = new HeaderBlock()
  private readonly limits: FieldLimits
  /** Names and values, as they were decoded. */
  bytes = 0
  isValid = true

  constructor(limits: FieldLimits) {
    this.limits = limits
  }

  reset(): void {
    this.headers.clear()
    this.bytes = 0
    this.isValid = true
  }

  onField({ name, value, isValueValid, isNeverIndexed }: Field): void {
    this.bytes += name.text.length + value.length
    const isOrdinary = name.role === ORDINARY || name.role === UNDERSCORED
    if (!isValueValid || !isOrdinary || forbidden.has(name.text)) this.isValid = false
    else if (this.bytes > this.limits.headerBytesMax || this.headers.count >= this.limits.headerCountMax)
      this.isValid = false
    else {
      if (isNeverIndexed) this.headers.neverIndex(name.text)
      this.headers.appendKnown(name.header, value)
    }
  }
}

/** RFC 9110 §6.5.1. `content-length` and `host` are not ordinary in the first place. */
const forbidden = new Set(['authorization', 'content-encoding', 'trailer'])
