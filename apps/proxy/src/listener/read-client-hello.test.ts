import { createServer } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect, test } from 'vitest'
import { readClientHello } from './read-client-hello.ts'

/** The first bytes of a real TLS client. */
async function helloOf(options: { servername?: string; ALPNProtocols?: string[]; maxVersion?: 'TLSv1.2' }) {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const first = new Promise<Buffer>((resolve) => {
    server.once('connection', (socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (bytes) => {
        resolve(bytes)
        socket.destroy()
      })
    })
  })
  const client = connectTls({ port: address.port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
  client.on('error', () => undefined)
  const bytes = await first
  client.destroy()
  server.close()
  return bytes
}

test('a real client’s name and protocols are read, whole or byte by byte', async () => {
  const bytes = await helloOf({ servername: 'Shop.Example', ALPNProtocols: ['h2', 'http/1.1'] })

  const partly = Array.from({ length: bytes.length }, (_, length) => readClientHello(bytes.subarray(0, length)))

  expect(readClientHello(bytes)).toEqual({ serverName: 'shop.example', protocols: ['h2', 'http/1.1'] })
  expect(new Set(partly)).toEqual(new Set(['more']))
})

test('a client of TLS 1.2 that names nothing is a TLS client', async () => {
  expect(readClientHello(await helloOf({ maxVersion: 'TLSv1.2' }))).toEqual({ serverName: undefined, protocols: [] })
})

test('a hello in several records is one hello', async () => {
  const bytes = await helloOf({ servername: 'shop' })
  const body = bytes.subarray(5)
  const record = (part: Buffer) => {
    const head = Buffer.from([22, 3, 1, 0, 0])
    head.writeUInt16BE(part.length, 3)
    return Buffer.concat([head, part])
  }

  const split = Buffer.concat([record(body.subarray(0, 40)), record(body.subarray(40))])

  expect(readClientHello(split)).toEqual(readClientHello(bytes))
})

test('what does not fit its lengths, or stands there twice, is no hello', async () => {
  const bytes = await helloOf({ servername: 'shop' })
  const broken = [...bytes.keys()].slice(5).map((at) => {
    const copy = Buffer.from(bytes)
    copy[at] = (copy[at] ?? 0) ^ 0xff
    return readClientHello(copy)
  })

  // Whatever one byte is changed to: an answer, and never another name than one of plain characters.
  for (const answer of broken) {
    if (typeof answer === 'string') continue
    expect(answer.serverName ?? '').toMatch(/^[a-z0-9._-]*$/)
  }
})

test.each([
  ['HTTP', 'GET / HTTP/1.1\r\n', 'none'],
  ['SSH', 'SSH-2.0-OpenSSH', 'none'],
  ['nothing', '', 'more'],
  ['a record of another kind', '\x17\x03\x01\x00\x05hello', 'none'],
  ['a record of nothing', '\x16\x03\x01\x00\x00', 'none'],
  ['an old version', '\x16\x02\x00\x00\x05', 'none'],
  ['another handshake message', '\x16\x03\x01\x00\x04\x02\x00\x00\x00', 'none'],
])('%s is answered', (_what, text, expected) => {
  expect(readClientHello(Buffer.from(text, 'latin1'))).toBe(expected)
})
