import type { Random } from './random.ts'

/** Pieces that stand where framing is decided, right ones and wrong ones. */
const methods = ['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH', 'get', 'G T', '']
const targets = ['/', '/a/b?c=d', '*', 'http://h/x', '/a#b', '//', '/%2f', '/\t', '', 'a', '/\x7f', '/\xff']
const versions = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'http/1.1',
  'HTTP/1.1 ',
]
const ends = ['\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n', ' \r\n']
const framing = [
  'content-length: 5',
  'content-length: 0',
  'Content-Length: 5',
  'content-length: +5',
  'content-length: 5, 5',
  'content-length: 05',
  'content-length: 5 ',
  'content-length:\t5',
  'content-length: 0x5',
  'content-length: -1',
  'content-length: 99999999999999999999',
  'content-length : 5',
  'content-length',
  'transfer-encoding: chunked',
  'transfer-encoding: chunked',
  'transfer-encoding: chunked',
  'Transfer-Encoding: Chunked',
  'transfer-encoding: gzip, chunked',
  'transfer-encoding: chunked, identity',
  'transfer-encoding: identity',
  'transfer-encoding: "chunked"',
  'transfer-encoding: chunked ',
  'transfer-encoding:\x0bchunked',
  'transfer_encoding: chunked',
  ' transfer-encoding: chunked',
  'connection: close',
  'connection: keep-alive',
  'connection: keep-alive, x-a',
  'expect: 100-continue',
  'trailer: x-a',
]
const others = [
  'x-a: b',
  'x-a:',
  'x-a: \t',
  ': b',
  'x a: b',
  'x-a: b\x00c',
  'x-a: b\x01',
  'x-a: caf\xe9',
  'x\xe9: b',
  'cookie: a=b; c=d',
  'x-a: b\rc',
  '\tfolded',
]
const sizes = [
  '5',
  '5',
  '5',
  '05',
  '5;a=b',
  '5;a="b"',
  '5 ',
  ' 5',
  '0x5',
  '5\t',
  '-5',
  '+5',
  'ffffffffffffffff',
  'g',
  '',
]

/** One request or several behind each other, near to the grammar of RFC 9112 and often beside it. */
export function generateRequests(random: Random): Buffer {
  let text = ''
  for (let count = 1 + random.below(3); count > 0; count--) {
    const usual = random.chance(0.8)
    const start = usual
      ? `${random.pick(methods.slice(0, 7))} ${random.pick(targets.slice(0, 2))} HTTP/1.1`
      : `${random.pick(methods)}${random.chance(0.9) ? ' ' : '  '}${random.pick(targets)} ${random.pick(versions)}`
    text += `${start}${end(random)}${random.chance(0.95) ? `host: test${end(random)}` : ''}${fields(random)}${body(random)}`
  }
  return Buffer.from(text, 'latin1')
}

const statuses = [
  '200 OK',
  '200 OK',
  '200 OK',
  '200',
  '200 ',
  '204 No Content',
  '304 Not Modified',
  '100 Continue',
  '103 Early Hints',
  '101 Switching Protocols',
  '404 Not Found',
  '99 Low',
  '1000 High',
  'abc',
  '+200 OK',
]

/** What an upstream may answer. */
export function generateResponses(random: Random): Buffer {
  let text = ''
  for (let count = 1 + random.below(2); count > 0; count--) {
    const version = random.chance(0.9) ? 'HTTP/1.1' : random.pick(versions)
    text += `${version} ${random.pick(statuses)}${end(random)}${fields(random)}${body(random)}`
  }
  return Buffer.from(text, 'latin1')
}

/** Chunks as they stand behind a head. */
export function generateChunks(random: Random): Buffer {
  return Buffer.from(chunks(random), 'latin1')
}

function fields(random: Random): string {
  let text = ''
  for (let count = random.below(4); count > 0; count--) {
    text += `${random.pick(random.chance(0.6) ? framing : others)}${end(random)}`
  }
  return `${text}${end(random)}`
}

function body(random: Random): string {
  switch (random.below(4)) {
    case 0:
      return ''
    case 1:
      return 'hello'
    case 2:
      return chunks(random)
    default:
      return 'hello, and some more than was said'
  }
}

function chunks(random: Random): string {
  let text = ''
  for (let count = random.below(3); count > 0; count--) {
    text += `${random.chance(0.8) ? '5' : random.pick(sizes)}${end(random)}hello${end(random)}`
  }
  const trailers = random.chance(0.2) ? `${random.pick(random.chance(0.5) ? others : framing)}${end(random)}` : ''
  return `${text}${random.chance(0.95) ? '0' : '00'}${end(random)}${trailers}${end(random)}`
}

function end(random: Random): string {
  return random.chance(0.93) ? '\r\n' : random.pick(ends)
}
