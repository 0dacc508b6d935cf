import { randomInt } from 'node:crypto'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { echoClient, say } from './harness/grpc-echo.ts'
import { Http2Client } from './harness/http2-client.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { rawBlock, rawFrame } from './harness/raw-http2.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

/** Of each kind: 1,000 in all. */
const cuts = 250
const atOnce = 10

const body = 'x'.repeat(2000)
const withLength = Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
const chunks = Array.from({ length: 8 }, () => `fa\r\n${'x'.repeat(250)}\r\n`).join('')
const inChunks = Buffer.from(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`)

const endStream = 1
const endHeaders = 4
const settings = rawFrame(4, 0, 0)
const data = (flags: number, bytes: Buffer) => (stream: number) => rawFrame(0, flags, stream, bytes)
const fields = (flags: number, block: Record<string, string>) => (stream: number) =>
  rawFrame(1, flags | endHeaders, stream, rawBlock(block))
const overHttp2 = [
  fields(0, { ':status': '200', 'content-length': '2000' }),
  data(0, Buffer.alloc(1000, 'x')),
  data(endStream, Buffer.alloc(1000, 'x')),
]
/** One message with the text "hi". */
const message = Buffer.from([0, 0, 0, 0, 2, 0x68, 0x69])
const overGrpc = [
  fields(0, { ':status': '200', 'content-type': 'application/grpc' }),
  data(0, message),
  fields(endStream, { 'grpc-status': '0' }),
]

/** Sends so many bytes at most, and then the connection is gone: closed, or reset. */
function sendCut(socket: Socket, bytes: Buffer, cutAt: number): void {
  socket.write(bytes.subarray(0, cutAt), () => (cutAt % 2 === 0 ? socket.destroy() : socket.resetAndDestroy()))
}

/** A server of HTTP/1.1 whose answers break off. Without a cut they are whole. */
function cutting(answer: Buffer, cutAt: () => number) {
  let asked = 0
  return {
    asked: () => asked,
    serve: (socket: Socket) => {
      let text = ''
      socket.on('data', (part) => {
        text += part.toString('latin1')
        if (!text.endsWith('hello')) return
        asked++
        sendCut(socket, answer, cutAt())
      })
    },
  }
}

/** The same over HTTP/2, where its preface is cut too. */
function cuttingHttp2(answer: readonly ((stream: number) => Buffer)[], cutAt: (length: number) => number) {
  return (socket: Socket) => {
    let pending = Buffer.alloc(0)
    let isGreeted = false
    socket.on('data', (part) => {
      pending = Buffer.concat([pending, part as Buffer]) // no encoding is set
      if (!isGreeted && pending.length >= 24) {
        isGreeted = true
        pending = pending.subarray(24)
      }
      while (isGreeted && pending.length >= 9) {
        const length = pending.readUIntBE(0, 3)
        if (pending.length < 9 + length) return
        const isHead = pending[3] === 1
        const stream = pending.readUInt32BE(5)
        pending = pending.subarray(9 + length)
        if (!isHead) continue
        const bytes = Buffer.concat([settings, ...answer.map((frame) => frame(stream))])
        sendCut(socket, bytes, cutAt(bytes.length))
        // Whoever else asks over it gets nothing: more bytes would fill up the frame that is cut.
        socket.removeAllListeners('data').resume()
        return
      }
    })
  }
}

/** "error" for an answer that the client knows to be broken, or else its status. */
function post(port: number): Promise<string> {
  return new Promise((resolve) => {
    const asked = request({ port, method: 'POST', agent: false, headers: { 'content-length': '5' } }, (answer) => {
      answer.resume()
      answer.on('error', () => undefined)
      answer.on('close', () => resolve(answer.complete ? String(answer.statusCode) : 'error'))
    })
    asked.on('error', () => resolve('error'))
    asked.end('hello')
  })
}

async function repeated(ask: () => Promise<string>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  let left = cuts
  const turns = Array.from({ length: atOnce }, async () => {
    while (left-- > 0) {
      const verdict = await ask()
      counts[verdict] = (counts[verdict] ?? 0) + 1
    }
  })
  await Promise.all(turns)
  return counts
}

const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0)

test.each([
  ['a length', withLength],
  ['chunks', inChunks],
])(
  'an answer with %s that breaks off anywhere is an error to its client, and a POST is asked once',
  async (_how, answer) => {
    const upstream = cutting(answer, () => randomInt(answer.length))
    await using server = await startRawUpstream(upstream.serve)
    await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [cluster('up', [server.port])]))

    const counts = await repeated(() => post(proxy.port))

    // Before its head is whole it is the proxy that answers.
    expect(Object.keys(counts).filter((verdict) => !['error', '502', '503'].includes(verdict))).toEqual([])
    expect([total(counts), upstream.asked()]).toEqual([cuts, cuts])
  },
)

test('the same answers are taken where nothing breaks off', async () => {
  for (const answer of [withLength, inChunks]) {
    await using server = await startRawUpstream(cutting(answer, () => answer.length).serve)
    await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [cluster('up', [server.port])]))

    expect(await post(proxy.port)).toBe('200')
  }
})

const http2 = { http2_protocol_options: {} }
const toHttp2 = (port: number) => bootstrap([httpListener([route('up')])], [cluster('up', [port], http2)])

test('an answer over HTTP/2 that breaks off anywhere is an error to its client', async () => {
  let isCut = true
  await using server = await startRawUpstream(cuttingHttp2(overHttp2, (length) => (isCut ? randomInt(length) : length)))
  await using proxy = await startTestProxy(toHttp2(server.port))
  const ask = async () => {
    await using client = new Http2Client(proxy.port)
    return await client.request({ ':method': 'GET' }).then(
      ({ status, body: received }) => (status === 200 && received.length < 2000 ? 'truncated' : String(status)),
      () => 'error',
    )
  }

  const counts = await repeated(ask)
  isCut = false

  expect(Object.keys(counts).filter((verdict) => !['error', '502', '503'].includes(verdict))).toEqual([])
  expect(total(counts)).toBe(cuts)
  expect(await ask()).toBe('200')
})

test('a gRPC answer that breaks off anywhere is status 14', async () => {
  let isCut = true
  await using server = await startRawUpstream(cuttingHttp2(overGrpc, (length) => (isCut ? randomInt(length) : length)))
  await using proxy = await startTestProxy(toHttp2(server.port))
  const ask = async () => {
    using client = echoClient(proxy.port)
    return String((await say(client, 'hello')).code)
  }

  const counts = await repeated(ask)
  isCut = false

  expect(counts).toEqual({ 14: cuts })
  expect(await ask()).toBe('0')
})
