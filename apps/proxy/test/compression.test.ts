import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createGunzip, gzipSync } from 'node:zlib'
import { eventually } from '@heddle/testkit/eventually'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

const mib = 1024 * 1024
const extensions = 'type.googleapis.com/envoy.extensions.'
const compressor = {
  name: 'gzip',
  typed_config: {
    '@type': `${extensions}filters.http.compressor.v3.Compressor`,
    response_direction_config: {},
    compressor_library: {
      name: 'text',
      typed_config: { '@type': `${extensions}compression.gzip.compressor.v3.Gzip` },
    },
  },
}
const decompressor = {
  name: 'gunzip',
  typed_config: {
    '@type': `${extensions}filters.http.decompressor.v3.Decompressor`,
    decompressor_library: {
      name: 'basic',
      typed_config: { '@type': `${extensions}compression.gzip.decompressor.v3.Gzip` },
    },
  },
}

test('a long answer is compressed as fast as its client reads, and arrives whole', async () => {
  const body = Buffer.from(randomBytes(8 * mib).toString('hex'))
  let sent = 0
  await using upstream = await startRawUpstream((socket) => {
    socket.on('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n`)
      const send = () => {
        while (sent < body.length) {
          const piece = body.subarray(sent, sent + 65_536)
          sent += piece.length
          if (!socket.write(piece)) {
            socket.once('drain', send)
            return
          }
        }
      }
      send()
    })
  })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { filters: [compressor] })], [cluster('up', [upstream.port])]),
  )

  const socket = connect(proxy.port, '127.0.0.1')
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nhost: a\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n')
  let before = -1
  await eventually(() => {
    const stands = sent > 0 && sent === before
    before = sent
    return stands
  })
  const heldAt = sent
  const hash = createHash('sha256')
  const plain = createGunzip()
  plain.on('data', (chunk: Buffer) => hash.update(chunk))
  const text: Buffer[] = []
  socket.on('data', (chunk) => text.push(chunk))
  socket.resume()
  await once(socket, 'end')
  plain.end(unchunked(Buffer.concat(text)))
  await once(plain, 'end')

  expect(heldAt).toBeLessThan(body.length)
  expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'))
})

test('a long request is decompressed as fast as its upstream reads, and arrives whole', async () => {
  const body = Buffer.from(randomBytes(4 * mib).toString('hex'))
  const hash = createHash('sha256')
  const pieces: Buffer[] = []
  await using upstream = await startRawUpstream((socket) => {
    socket.on('data', (chunk) => {
      pieces.push(chunk)
      socket.pause()
      setImmediate(() => socket.resume())
      if (/uncompressed-bytes: \d+\r\n\r\n$/.test(chunk.toString('latin1')))
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    })
  })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { filters: [decompressor] })], [cluster('up', [upstream.port])]),
  )
  const written = gzipSync(body)

  const socket = connect(proxy.port, '127.0.0.1')
  socket.write(
    `POST / HTTP/1.1\r\nhost: a\r\ncontent-encoding: gzip\r\ncontent-length: ${written.length}\r\nconnection: close\r\n\r\n`,
  )
  socket.write(written)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  hash.update(unchunked(Buffer.concat(pieces)))

  expect(answer.toString('latin1', 0, 15)).toBe('HTTP/1.1 200 OK')
  expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'))
})

test('a client that leaves in the middle of a compressed answer takes nothing with it', async () => {
  const body = Buffer.from(randomBytes(mib).toString('hex'))
  await using upstream = await startRawUpstream((socket) => {
    socket.on('error', () => {})
    socket.on('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n`)
      socket.write(body)
    })
  })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { filters: [compressor] })], [cluster('up', [upstream.port])]),
  )

  for (let turn = 0; turn < 20; turn++) {
    const socket = connect(proxy.port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nhost: a\r\naccept-encoding: gzip\r\n\r\n')
    await once(socket, 'data')
    socket.destroy()
  }
  await eventually(() => proxy.traffic.load.inFlight === 0)
  const socket = connect(proxy.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  let received = 0
  socket.on('data', (chunk) => {
    received += chunk.length
  })
  await once(socket, 'end')

  expect(received).toBeGreaterThan(body.length)
})

/** What stands in the chunks of a message. */
function unchunked(message: Buffer): Buffer {
  const pieces: Buffer[] = []
  let at = message.indexOf('\r\n\r\n') + 4
  for (;;) {
    const end = message.indexOf('\r\n', at)
    const length = Number.parseInt(message.toString('latin1', at, end), 16)
    if (length === 0) return Buffer.concat(pieces)
    pieces.push(message.subarray(end + 2, end + 2 + length))
    at = end + 2 + length + 2
  }
}
