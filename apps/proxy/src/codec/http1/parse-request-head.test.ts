import { describe, expect, test } from 'vitest'
import { CHUNKED, LENGTH, NO_BODY } from '../../message/body-framing.ts'
import { parseRequestHead } from './parse-request-head.ts'
import { RequestHead } from './request-head.ts'

function parse(lines: readonly string[], countMax = 100) {
  const head = new RequestHead()
  const refusal = parseRequestHead(`${lines.join('\r\n')}\r\n`, head, countMax)
  return { head, status: refusal?.status, details: refusal?.details }
}

const get = 'GET / HTTP/1.1'
const post = 'POST / HTTP/1.1'
const host = 'Host: shop'

describe('an ordinary request', () => {
  test('is read with its fields in lower case and in order', () => {
    const { head, status } = parse(['GET /a?b=c HTTP/1.1', host, 'X-One:  1 ', 'x-two: 2'])

    expect(status).toBeUndefined()
    expect(head).toMatchObject({ method: 'GET', target: '/a?b=c', minorVersion: 1, host: 'shop', framing: NO_BODY })
    expect(head.headers.toWire()).toBe('\r\nhost: shop\r\nx-one: 1\r\nx-two: 2')
  })

  test('keeps its connection by default in HTTP/1.1 only', () => {
    expect(parse([get, host]).head.isKeptAlive).toBe(true)
    expect(parse([get, host, 'Connection: close']).head.isKeptAlive).toBe(false)
    expect(parse(['GET / HTTP/1.0', host]).head.isKeptAlive).toBe(false)
    expect(parse(['GET / HTTP/1.0', host, 'Connection: Keep-Alive']).head.isKeptAlive).toBe(true)
  })

  test('is framed by its length or its chunks', () => {
    expect(parse([post, host, 'Content-Length: 5']).head).toMatchObject({ framing: LENGTH, contentLength: 5 })
    expect(parse([post, host, 'Content-Length: 0']).head.framing).toBe(NO_BODY)
    expect(parse([post, host, 'Transfer-Encoding: Chunked']).head.framing).toBe(CHUNKED)
  })

  test('may ask for an upgrade only with both fields', () => {
    expect(parse([get, host, 'Connection: Upgrade', 'Upgrade: WebSocket']).head.upgrade).toBe('websocket')
    expect(parse([get, host, 'Upgrade: websocket']).head.upgrade).toBe('')
  })
})

const refused: readonly (readonly [what: string, status: number, lines: readonly string[]])[] = [
  ['length and chunked together', 400, [post, host, 'Content-Length: 5', 'Transfer-Encoding: chunked']],
  ['two equal lengths', 400, [post, host, 'Content-Length: 5', 'Content-Length: 5']],
  ['two different lengths', 400, [post, host, 'Content-Length: 5', 'Content-Length: 6']],
  ['a signed length', 400, [post, host, 'Content-Length: +5']],
  ['a hex length', 400, [post, host, 'Content-Length: 0x5']],
  ['a list of lengths', 400, [post, host, 'Content-Length: 5,5']],
  ['an empty length', 400, [post, host, 'Content-Length:']],
  ['a length of 2^64', 400, [post, host, 'Content-Length: 18446744073709551616']],
  ['an empty coding before chunked', 501, [post, host, 'Transfer-Encoding: ,chunked']],
  ['a coding that looks like chunked', 501, [post, host, 'Transfer-Encoding: xchunked']],
  ['chunked, identity', 501, [post, host, 'Transfer-Encoding: chunked, identity']],
  ['two codings on two lines', 501, [post, host, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
  ['chunked in HTTP/1.0', 501, ['POST / HTTP/1.0', host, 'Transfer-Encoding: chunked']],
  ['a space before the colon', 400, [post, host, 'Transfer-Encoding : chunked']],
  ['a folded line', 400, [get, host, 'x-a: 1', ' 2']],
  ['a bare LF', 400, [`${get}\nHost: a`, host]],
  ['a bare CR', 400, [get, host, 'x-a: 1\r2']],
  ['a NUL', 400, [get, host, 'x-a: 1\u00002']],
  ['the disguise of a length', 400, [get, host, 'content_length: 5']],
  ['a missing host', 400, [get, 'x-a: 1']],
  ['two hosts', 400, [get, host, 'Host: other']],
  ['an empty host', 400, [get, 'Host:']],
  ['user information in the host', 400, [get, 'Host: admin@shop']],
  ['an unknown expectation', 417, [get, host, 'Expect: lol']],
  ['two spaces in the request line', 400, ['GET  / HTTP/1.1', host]],
  ['a target with a control character', 400, ['GET /\u0001 HTTP/1.1', host]],
  ['a target with a character beyond ASCII', 400, ['GET /\u00e9 HTTP/1.1', host]],
  ['a method that is no token', 400, ['GE(T / HTTP/1.1', host]],
  ['HTTP/2.0 in a request line', 505, ['GET / HTTP/2.0', host]],
  ['HTTP/1.2', 505, ['GET / HTTP/1.2', host]],
  ['no version', 400, ['GET /', host]],
]

test.each(refused)('%s is refused with %i', (_what, status, lines) => {
  expect(parse(lines).status).toBe(status)
})

test.each([
  ['allow', undefined, '\r\nhost: shop\r\nx_a: 1\r\nx-b: 2'],
  ['drop', undefined, '\r\nhost: shop\r\nx-b: 2'],
  ['reject', 400, ''],
] as const)('a name with an underscore where the listener says %s', (underscores, status, wire) => {
  const head = new RequestHead()

  const refusal = parseRequestHead(`${[get, host, 'X_A: 1', 'X-B: 2'].join('\r\n')}\r\n`, head, 100, underscores)

  expect(refusal?.status).toBe(status)
  if (refusal === undefined) expect(head.headers.toWire()).toBe(wire)
})

test('the 101st field is refused, and none is dropped silently', () => {
  const fields = Array.from({ length: 100 }, (_, index) => `x-${index}: 1`)

  expect(parse([get, host, ...fields]).status).toBe(431)
  expect(parse([get, host, ...fields.slice(1)]).status).toBeUndefined()
})
