import { HeaderBlock } from '../../message/header-block.ts'
import { type Field, withoutPadding } from './hpack/field.ts'
import { ORDINARY, UNDERSCORED } from './hpack/field-name.ts'
import type { FieldLimits } from './request-head.ts'

/**
 * The fields that end a message (RFC 9113 §8.1); no pseudo-header, nothing that frames, routes or authenticates. As large as
 * a head may be: gRPC puts the details of its errors here.
 */
export class TrailerFields {
  readonly headers = new HeaderBlock()
  private readonly limits: FieldLimits
  private readonly isOfAnswer: boolean
  /** Names and values, as they were decoded. */
  bytes = 0
  isValid = true

  /**
   * An upstream may put whitespace around a value, which is taken away: gRPC's libraries do so where a message ends with it, and
   * its protocol lets us. A client may not (§8.2.1).
   */
  constructor(limits: FieldLimits, isOfAnswer: boolean) {
    this.limits = limits
    this.isOfAnswer = isOfAnswer
  }

  reset(): void {
    this.headers.clear()
    this.bytes = 0
    this.isValid = true
  }

  onField({ name, value, isValueValid, isPadded, isNeverIndexed }: Field): void {
    this.bytes += name.text.length + value.length
    const isOrdinary = name.role === ORDINARY || name.role === UNDERSCORED
    const isUsable = isValueValid || (isPadded && this.isOfAnswer)
    if (!isUsable || !isOrdinary || forbidden.has(name.text)) this.isValid = false
    else if (this.bytes > this.limits.headerBytesMax || this.headers.count >= this.limits.headerCountMax)
      this.isValid = false
    else {
      if (isNeverIndexed) this.headers.neverIndex(name.text)
      this.headers.appendKnown(name.header, isPadded ? withoutPadding(value) : value)
    }
  }
}

/** RFC 9110 §6.5.1. `content-length` and `host` are not ordinary in the first place. */
const forbidden = new Set(['authorization', 'content-encoding', 'trailer'])
