import { expect, test } from 'vitest'
import { newField } from './hpack/field.ts'
import { fieldName } from './hpack/field-name.ts'
import { RequestHead } from './request-head.ts'

type Pair = readonly [name: string, value: string]

const get: readonly Pair[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'a.shop'],
]
const without = (name: string) => get.filter(([each]) => each !== name)
const instead = (name: string, value: string): Pair[] =>
  get.map((each) => (each[0] === name ? ([name, value] as const) : each))

function read(fields: readonly Pair[], isEnd = true) {
  const head = new RequestHead({ headerBytesMax: 32 * 1024, headerCountMax: 100, underscores: 'allow' })
  for (const [name, value] of fields) head.onField(newField(fieldName(name), value))
  return { head, verdict: head.finish(isEnd) }
}

test.each<[string, readonly Pair[]]>([
  ['an upper-case name', [...get, ['X-a', '1']]],
  ['a name with a space', [...get, ['x a', '1']]],
  ['an empty name', [...get, ['', '1']]],
  ['the disguise of a length', [...get, ['content_length', '1']]],
  ['the disguise of what proxies say', [...get, ['x_forwarded_for', '1.2.3.4']]],
  ['a line break in a value', [...get, ['x-a', 'a\r\nb: c']]],
  ['NUL in a value', [...get, ['x-a', 'a\0']]],
  ['white space around a value', [...get, ['x-a', ' a']]],
  ['connection', [...get, ['connection', 'close']]],
  ['keep-alive', [...get, ['keep-alive', '5']]],
  ['proxy-connection', [...get, ['proxy-connection', 'close']]],
  ['transfer-encoding', [...get, ['transfer-encoding', 'chunked']]],
  ['upgrade', [...get, ['upgrade', 'h2c']]],
  ['te other than trailers', [...get, ['te', 'gzip']]],
  ['a pseudo-header field of responses', [...get, [':status', '200']]],
  ['an unknown pseudo-header field', [...get, [':secret', '1']]],
  ['a pseudo-header field behind others', [...without(':path'), ['x-a', '1'], [':path', '/']]],
  ['two methods', [...get, [':method', 'GET']]],
  ['two paths', [...get, [':path', '/']]],
  ['two authorities', [...get, [':authority', 'a.shop']]],
  ['no method', without(':method')],
  ['no scheme', without(':scheme')],
  ['no path', without(':path')],
  ['no authority and no host', without(':authority')],
  ['an empty path', instead(':path', '')],
  ['a fragment', instead(':path', '/a#b')],
  ['a space in the path', instead(':path', '/a b')],
  ['an absolute path', instead(':path', 'http://b.shop/')],
  ['a path that is an asterisk', instead(':path', '*')],
  ['a foreign scheme', instead(':scheme', 'ftp')],
  ['user information', instead(':authority', 'me@a.shop')],
  ['user information in a host alone', [...without(':authority'), ['host', 'me@a.shop']]],
  ['an empty authority', instead(':authority', '')],
  ['a method that is no token', instead(':method', 'GE T')],
  ['a host that is another', [...get, ['host', 'b.shop']]],
  ['two hosts', [...get, ['host', 'a.shop'], ['host', 'a.shop']]],
  ['two lengths', [...get, ['content-length', '0'], ['content-length', '0']]],
  ['a length that is no number', [...get, ['content-length', '+5']]],
  ['a length of what does not come', [...get, ['content-length', '5']]],
  ['CONNECT with a path', instead(':method', 'CONNECT')],
  ['a protocol without CONNECT', [...get, [':protocol', 'websocket']]],
])('%s makes a request malformed', (_what, fields) => {
  expect(read(fields).verdict).toBe('malformed')
})

const call: readonly Pair[] = [...instead(':method', 'POST'), ['content-type', 'application/grpc']]

test('metadata of a gRPC call may have whitespace around it, which is taken away', () => {
  const { head, verdict } = read([...call, ['x-note', ' it ends with a space \t']], false)

  expect(verdict).toBe('fine')
  expect(head.headers.get('x-note')).toBe('it ends with a space')
})

test.each<[string, readonly Pair[]]>([
  ['the path', call.map((each) => (each[0] === ':path' ? ([':path', '/ '] as const) : each))],
  ['the length', [...call, ['content-length', '5 ']]],
  ['te', [...call, ['te', 'trailers ']]],
  ['a line end in metadata', [...call, ['x-note', 'a\r\nb ']]],
])('whitespace around %s makes a gRPC call malformed too', (_what, fields) => {
  expect(read(fields, false).verdict).toBe('malformed')
})

test('cookie crumbs are one cookie again', () => {
  const { head, verdict } = read([...get, ['cookie', 'a=1'], ['x-a', '1'], ['cookie', 'b=2']])

  expect(verdict).toBe('fine')
  expect(head.headers.lines('cookie')).toEqual(['a=1; b=2'])
})

test('a host in other letters is the same host, and one of them is enough', () => {
  expect(read([...get, ['host', 'A.shop']]).head.host).toBe('a.shop')
  expect(read([...without(':authority'), ['host', 'b.shop']]).head.host).toBe('b.shop')
})

test('cookie crumbs count by their decoded bytes', () => {
  const crumbs = Array.from({ length: 9 }, (): Pair => ['cookie', 'x'.repeat(4000)])

  expect(read([...get, ...crumbs]).verdict).toBe('too-large')
})

test('the 101st field is too much, and none is dropped in silence', () => {
  const fields = (count: number) => Array.from({ length: count }, (_, index): Pair => [`x-${index}`, '1'])

  expect(read([...get, ...fields(100)]).verdict).toBe('fine')
  expect(read([...get, ...fields(101)]).verdict).toBe('too-large')
})

test('an expectation that nobody knows fails, also beside one that is known', () => {
  expect(read([...get, ['expect', '100-Continue']], false)).toMatchObject({
    head: { expectsContinue: true },
    verdict: 'fine',
  })
  expect(read([...get, ['expect', 'lol']]).verdict).toBe('unknown-expectation')
  expect(read([...get, ['expect', 'lol'], ['expect', '100-continue']], false).verdict).toBe('unknown-expectation')
})
