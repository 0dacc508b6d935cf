import { isGrpcType } from '@heddle/engine/match/is-grpc-type'
import type { UnderscoreAction } from '../../config/http-chain.ts'
import { CHUNKED, type Framing, LENGTH, NO_BODY } from '../../message/body-framing.ts'
import { HeaderBlock } from '../../message/header-block.ts'
import { type Field, newField, withoutPadding } from './hpack/field.ts'
import {
  AUTHORITY,
  CONTENT_LENGTH,
  COOKIE,
  DISGUISED,
  type FieldRole,
  HOST,
  METHOD,
  ORDINARY,
  PATH,
  PROTOCOL,
  SCHEME,
  TE,
  UNDERSCORED,
} from './hpack/field-name.ts'

export type FieldLimits = { readonly headerBytesMax: number; readonly headerCountMax: number }

type RequestLimits = FieldLimits & { readonly underscores: UnderscoreAction }

/** What became of a request's fields. */
export type HeadVerdict = 'fine' | 'malformed' | 'too-large' | 'unknown-expectation'

/**
 * A request's fields as they are decoded, and what they must be (RFC 9113 §8.2, §8.3): a malformed request is refused
 * whole, never repaired. One object per stream, used again for each request.
 */
export class RequestHead {
  readonly majorVersion = 2
  readonly minorVersion = 0
  method = ''
  target = ''
  scheme = ''
  readonly headers = new HeaderBlock()
  /** What `:authority` says, and `host` where that is missing. */
  host = ''
  framing: Framing = NO_BODY
  contentLength = 0
  expectsContinue = false
  private expectsUnknown = false
  /** The protocol of an extended CONNECT (RFC 8441), in lower case; '' for none. */
  upgrade = ''
  private readonly limits: RequestLimits
  private authority: string | undefined
  private hostField: string | undefined
  private cookie = ''
  private length = -1
  /** A value came with whitespace around it. */
  private isPadded = false
  /** Names and values, as they were decoded. */
  bytes = 0
  private hasFields = false
  private isMalformed = false
  private isTooLarge = false

  constructor(limits: RequestLimits) {
    this.limits = limits
  }

  reset(): void {
    this.headers.clear()
    this.method = ''
    this.target = ''
    this.scheme = ''
    this.host = ''
    this.upgrade = ''
    this.expectsContinue = false
    this.expectsUnknown = false
    this.authority = undefined
    this.hostField = undefined
    this.cookie = ''
    this.length = -1
    this.isPadded = false
    this.bytes = 0
    this.hasFields = false
    this.isMalformed = false
    this.isTooLarge = false
  }

  onField(field: Field): void {
    const { name, value } = field
    // Counted as decoded: an index of one byte may stand for kilobytes. Cookie crumbs count like any other bytes.
    this.bytes += name.text.length + value.length
    if (this.isTooLarge || this.isMalformed) return
    if (this.bytes > this.limits.headerBytesMax || this.headers.count >= this.limits.headerCountMax) {
      this.isTooLarge = true
      return
    }
    if (field.isNeverIndexed) this.headers.neverIndex(name.text)
    if (field.isValueValid) this.take(field)
    else if (field.isPadded && mayBePadded(name.role)) {
      this.isPadded = true
      this.take(newField(name, withoutPadding(value), field.isNeverIndexed))
    } else this.isMalformed = true
  }

  private take(field: Field): void {
    const { name, value } = field
    if (name.role === ORDINARY) {
      this.hasFields = true
      if (name.text === 'expect') this.expect(value)
      this.headers.appendKnown(name.header, value)
    } else this.special(field)
  }

  private expect(value: string): void {
    this.expectsContinue = value.toLowerCase() === '100-continue'
    if (!this.expectsContinue) this.expectsUnknown = true
  }

  /** Everything has come: is it a request? `isEnd`: there is no body. */
  finish(isEnd: boolean): HeadVerdict {
    if (this.isTooLarge) return 'too-large'
    if (this.isMalformed || !this.hasValidTarget() || !this.hasValidAuthority()) return 'malformed'
    if (this.isPadded && !isGrpcType(this.headers.get('content-type'))) return 'malformed'
    if (this.expectsUnknown) return 'unknown-expectation'
    if (this.cookie !== '') this.headers.append('cookie', this.cookie)
    // A length of something that does not come is a lie (§8.1.1).
    if (isEnd && this.length > 0) return 'malformed'
    this.framing = isEnd ? NO_BODY : this.length >= 0 ? LENGTH : CHUNKED
    this.contentLength = this.length
    return 'fine'
  }

  /** Pseudo-header fields come first and once each (§8.3); the others are those that HTTP/2 has rules about. */
  private special(field: Field): void {
    const { name, value, fitsName } = field
    let isFine: boolean
    switch (name.role) {
      case METHOD:
        isFine = this.method === '' && fitsName
        this.method = value
        break
      case SCHEME:
        isFine = this.scheme === '' && fitsName
        this.scheme = value
        break
      case PATH:
        isFine = this.target === '' && fitsName
        this.target = value
        break
      case AUTHORITY:
        isFine = this.authority === undefined && fitsName
        this.authority = value
        break
      case PROTOCOL:
        isFine = this.upgrade === '' && value !== ''
        this.upgrade = value.toLowerCase()
        break
      case UNDERSCORED:
      case DISGUISED:
        this.hasFields = true
        this.underscored(field)
        return
      default:
        this.hasFields = true
        if (!this.ordinary(field)) this.isMalformed = true
        return
    }
    if (!isFine || this.hasFields) this.isMalformed = true
  }

  private underscored({ name, value }: Field): void {
    const { underscores } = this.limits
    if (underscores === 'drop') return
    if (underscores === 'reject' || name.role === DISGUISED) this.isMalformed = true
    else this.headers.appendKnown(name.header, value)
  }

  private ordinary({ name, value, fitsName, number }: Field): boolean {
    switch (name.role) {
      case HOST:
        if (this.hostField !== undefined || !fitsName) return false
        this.hostField = value
        return true
      case COOKIE:
        // Crumbs are one field again before anybody else sees them (§8.2.3).
        this.cookie = this.cookie === '' ? value : `${this.cookie}; ${value}`
        return true
      case TE:
        if (value !== 'trailers') return false
        // Once, however often it is said: it goes on as it stands.
        if (!this.headers.has('te')) this.headers.append('te', value)
        return true
      case CONTENT_LENGTH:
        if (this.length >= 0 || !fitsName) return false
        this.length = number
        return true
      default:
        // Connection-specific, not in lower case, a pseudo-header field of responses.
        return false
    }
  }

  private hasValidTarget(): boolean {
    const { method, target, scheme, upgrade } = this
    if (method === '') return false
    if (method === 'CONNECT' && upgrade === '') {
      // Only an authority (§8.5); the target is that, as in HTTP/1.1.
      this.target = this.authority ?? ''
      return scheme === '' && target === '' && this.target !== ''
    }
    if (upgrade !== '' && method !== 'CONNECT') return false
    if (scheme === '' || target === '') return false
    return target.charCodeAt(0) === 0x2f || (target === '*' && method === 'OPTIONS')
  }

  /** Both names for one thing must say the same: a policy that reads one must not be passed by the other. */
  private hasValidAuthority(): boolean {
    const { authority, hostField } = this
    if (authority !== undefined && hostField !== undefined && authority.toLowerCase() !== hostField.toLowerCase()) {
      return false
    }
    this.host = authority ?? hostField ?? ''
    return this.host !== ''
  }
}

/**
 * A call of gRPC may have whitespace around such a value, which is taken away: its libraries send metadata as it was given to them,
 * and its protocol lets us. Never around what a request is taken apart by, and in no other request (§8.2.1).
 */
function mayBePadded(role: FieldRole): boolean {
  return role === ORDINARY || role === UNDERSCORED
}
