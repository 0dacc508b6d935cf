import { expect, test } from 'vitest'
import { CHUNKED, LENGTH, NO_BODY, UNTIL_CLOSE } from '../../message/body-framing.ts'
import { parseResponseHead } from './parse-response-head.ts'
import { ResponseHead } from './response-head.ts'

function parse(lines: readonly string[], method = 'GET') {
  const head = new ResponseHead()
  return { head, refusal: parseResponseHead(`${lines.join('\r\n')}\r\n`, head, method, 100) }
}

test('a body is framed as RFC 9112 §6.3 says', () => {
  const ok = 'HTTP/1.1 200 OK'

  expect(parse([ok, 'content-length: 3']).head).toMatchObject({ framing: LENGTH, contentLength: 3, isKeptAlive: true })
  expect(parse([ok, 'transfer-encoding: chunked']).head.framing).toBe(CHUNKED)
  expect(parse([ok]).head).toMatchObject({ framing: UNTIL_CLOSE, isKeptAlive: false })
  expect(parse([ok, 'content-length: 3'], 'HEAD').head.framing).toBe(NO_BODY)
  expect(parse(['HTTP/1.1 204 No Content']).head.framing).toBe(NO_BODY)
  expect(parse(['HTTP/1.1 304']).head.framing).toBe(NO_BODY)
})

test.each([
  ['length and chunked together', ['HTTP/1.1 200 OK', 'content-length: 3', 'transfer-encoding: chunked']],
  ['two lengths', ['HTTP/1.1 200 OK', 'content-length: 3', 'content-length: 3']],
  ['another coding', ['HTTP/1.1 200 OK', 'transfer-encoding: gzip, chunked']],
  ['a header that was injected with a bare LF', ['HTTP/1.1 200 OK', 'x: 1\nset-cookie: a']],
  ['an interim answer that announces a body', ['HTTP/1.1 103 Early Hints', 'transfer-encoding: chunked']],
  ['an interim answer that is the last', ['HTTP/1.1 100 Continue', 'connection: close']],
  ['an interim answer in HTTP/1.0', ['HTTP/1.0 100 Continue']],
  ['204 that announces chunks', ['HTTP/1.1 204 No Content', 'transfer-encoding: chunked']],
  ['a status below 100', ['HTTP/1.1 099 None']],
  ['a status of four digits', ['HTTP/1.1 2000 OK']],
  ['a status line of another protocol', ['ICY 200 OK']],
])('%s is refused', (_what, lines) => {
  expect(parse(lines).refusal).toBeDefined()
})
