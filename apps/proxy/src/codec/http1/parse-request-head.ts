import type { StringMatcher } from '@heddle/engine/match/string-matcher'
import type { FieldCase } from '../../config/field-case.ts'
import type { UnderscoreAction } from '../../config/http-chain.ts'
import { CHUNKED, LENGTH, NO_BODY } from '../../message/body-framing.ts'
import type { HeadRefusal } from '../head-refusal.ts'
import { contentLengthOf } from './content-length.ts'
import { headRefusals } from './head-refusals.ts'
import { ignoreUpgrades } from './ignore-upgrades.ts'
import { hasTabInCoding, parseFields } from './parse-fields.ts'
import { readSpelling } from './read-spelling.ts'
import type { RequestHead } from './request-head.ts'

/**
 * Reads a whole request head: `text` is latin1, from the request line to the CRLF before the empty line.
 * Returns why it is refused, or undefined and `into` filled. RFC 9112 as written; what is ambiguous is refused.
 */
export function parseRequestHead(
  text: string,
  into: RequestHead,
  countMax: number,
  underscores: UnderscoreAction = 'allow',
  ignoredUpgrades: readonly StringMatcher[] = [],
  fieldCase?: FieldCase,
): HeadRefusal | undefined {
  into.reset()
  const lineEnd = text.indexOf('\r\n')
  const refusal =
    parseRequestLine(text, lineEnd, into) ??
    parseFields(text, lineEnd + 2, into.headers, countMax, into.memory, underscores) ??
    readFields(into) ??
    (into.framing === CHUNKED && hasTabInCoding(text) ? headRefusals.transferEncoding : undefined) ??
    checkHost(into)
  if (into.upgrade !== '' && ignoredUpgrades.length > 0) ignoreUpgrades(into, ignoredUpgrades)
  // What a client sends behind it in hope of a tunnel is somebody else's bytes: where none opens, they are no request.
  if (into.upgrade !== '' || into.method === 'CONNECT') into.isKeptAlive = false
  if (fieldCase?.kind === 'kept' && refusal === undefined) {
    into.headers.spelling = readSpelling(text, lineEnd + 2, fieldCase)
  }
  into.received.setHead(text.length + 2, lineEnd + 2, into.headers.count)
  return refusal
}

/** method SP request-target SP HTTP-version, one space each (RFC 9112 §3). */
export function parseRequestLine(text: string, lineEnd: number, into: RequestHead): HeadRefusal | undefined {
  const first = text.indexOf(' ')
  const second = text.indexOf(' ', first + 1)
  if (lineEnd < 0 || first <= 0 || second < 0 || second > lineEnd || second === first + 1) {
    return headRefusals.requestLine
  }
  if (lineEnd - second !== 9 || !text.startsWith('HTTP/', second + 1)) return headRefusals.requestLine
  if (!text.startsWith('1.', second + 6)) return headRefusals.version
  const minor = text.charCodeAt(second + 8)
  if (minor !== 0x31 && minor !== 0x30) return headRefusals.version
  into.minorVersion = minor - 0x30
  into.isKeptAlive = into.minorVersion === 1
  into.method = methodOf(text, first)
  if (into.method === '') return headRefusals.method
  into.target = text.slice(first + 1, second)
  return printable.test(into.target) ? undefined : headRefusals.target
}

/** One string each, so that comparing them later is one instruction. */
const usualMethods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS']

/** '' for what is no method. */
function methodOf(text: string, length: number): string {
  const written = text.slice(0, length)
  for (const usual of usualMethods) if (written === usual) return usual
  return method.test(written) ? written : ''
}

const method = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}$/
const printable = /^[!-~]+$/

/** One pass over the fields that decide framing and connection. */
function readFields(head: RequestHead): HeadRefusal | undefined {
  const { names, values, count } = head.headers
  let lengths = 0
  let codings = 0
  let hosts = 0
  let wantsUpgrade = false
  for (let index = 0; index < count; index++) {
    const value = values[index] as string // in range
    switch (names[index]) {
      case 'content-length':
        // Two equal lengths are refused too: whoever sends them is broken or up to something.
        head.framing = LENGTH
        head.contentLength = contentLengthOf(value)
        if (++lengths > 1 || head.contentLength < 0) return headRefusals.contentLength
        break
      case 'transfer-encoding':
        if (++codings > 1 || value.toLowerCase() !== 'chunked') return headRefusals.transferEncoding
        break
      case 'host':
        if (++hosts > 1) return headRefusals.host
        head.host = value
        break
      case 'connection':
        wantsUpgrade = readConnection(value, head) || wantsUpgrade
        break
      case 'upgrade':
        // Several lines are one list (RFC 9110 §5.3), and a list is no protocol that anybody here allows.
        head.upgrade = head.upgrade === '' ? value.toLowerCase() : `${head.upgrade}, ${value.toLowerCase()}`
        break
      case 'expect':
        if (value.toLowerCase() !== '100-continue') return headRefusals.expectation
        head.expectsContinue = head.minorVersion === 1
        break
    }
  }
  // HTTP/1.0 knows no upgrade (RFC 9110 §7.8), and HTTP/2 is not begun this way any more (RFC 9113 §3.1): a client that
  // asks for it anyway is served in the protocol that it speaks.
  if (!wantsUpgrade || head.minorVersion === 0 || head.upgrade === 'h2c') head.upgrade = ''
  if (codings > 0) {
    if (lengths > 0) return headRefusals.lengthAndCoding
    // HTTP/1.0 has no chunked coding: whatever sits in between may have read the message otherwise (RFC 9112 §6.1).
    if (head.minorVersion === 0) return headRefusals.transferEncoding
    head.framing = CHUNKED
  }
  if (head.framing === LENGTH && head.contentLength === 0) head.framing = NO_BODY
  return undefined
}

/** Reads `connection` (RFC 9110 §7.6.1); true when it names upgrade. */
function readConnection(value: string, head: RequestHead): boolean {
  if (value === 'keep-alive') {
    head.isKeptAlive = !head.isLast
    return false
  }
  let wantsUpgrade = false
  for (const option of value.toLowerCase().split(',')) {
    switch (option.trim()) {
      case 'close':
        head.isKeptAlive = false
        head.isLast = true
        break
      case 'keep-alive':
        head.isKeptAlive = !head.isLast
        break
      case 'upgrade':
        wantsUpgrade = true
        break
    }
  }
  return wantsUpgrade
}

/** Exactly one, not empty, for HTTP/1.1 (RFC 9112 §3.2). */
function checkHost(head: RequestHead): HeadRefusal | undefined {
  if (head.host !== '') {
    if (head.host === head.checkedHost) return undefined
    if (!hostValue.test(head.host)) return headRefusals.host
    head.checkedHost = head.host
    return undefined
  }
  return head.minorVersion === 1 || head.headers.has('host') ? headRefusals.host : undefined
}

/** uri-host [ ":" port ] by its characters; the port may be empty (RFC 3986 §3.2.3), user information is not among them. */
const hostValue = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]+)(?::\d{0,5})?$/
