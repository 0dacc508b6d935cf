import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { queryObjects } from 'node:v8'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { FieldMemory } from '../src/codec/http1/field-memory.ts'
import { RequestHead } from '../src/codec/http1/request-head.ts'
import { ServerStream } from '../src/codec/http2/server-stream.ts'
import { HttpExchange } from '../src/exchange/http-exchange.ts'
import { ServeHttp } from '../src/exchange/serve-http.ts'
import { Http2Client } from './harness/http2-client.ts'
import { allTo, bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

let upstream: Awaited<ReturnType<typeof startUpstream>>
let proxy: TestProxy

beforeAll(async () => {
  upstream = await startUpstream()
  // To count objects stops the process for long, which must not look like overload: that ends connections.
  proxy = await startTestProxy(allTo(upstream.port), { limits: { lagTightMs: Number.POSITIVE_INFINITY } })
})
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

/** A connection of HTTP/1.1; `ask` resolves with the answer. */
async function client(): Promise<{ readonly socket: Socket; ask(path: string): Promise<string> }> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve) => socket.once('connect', resolve))
  return {
    socket,
    ask: (path) =>
      new Promise((resolve, reject) => {
        if (socket.closed || socket.readableEnded) throw new Error('closed before it asked')
        socket.once('data', (part) => resolve(part.toString()))
        socket.once('close', () => reject(new Error('closed without an answer')))
        socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\nx-many: fields\r\n\r\n`)
      }),
  }
}

type Made = new (...args: never[]) => unknown
const live = (made: Made) => queryObjects(made, { format: 'count' })

/** To count stops the process for long: what is to be counted must have time to change. */
async function untilLive(made: Made, max: number): Promise<void> {
  await eventually(async () => {
    await delay(1000)
    return live(made) <= max
  })
}

test('connections that wait for a request hold nothing that serves one', async () => {
  // Those that stand for none.
  const constants = live(RequestHead)
  const clients = await Promise.all(Array.from({ length: 50 }, client))

  for (const each of clients) await each.ask('/')
  const servers = live(ServeHttp)
  const exchanges = live(HttpExchange)
  const heads = live(RequestHead)
  for (const { socket } of clients) socket.destroy()

  // One request at a time was under way.
  expect([servers, exchanges, heads - constants]).toEqual([1, 1, 1])
})

test('what serves a request afterwards serves that of another connection as its own', async () => {
  const [one, two] = await Promise.all([client(), client()])

  const answers = [await one.ask('/one'), await two.ask('/two'), await one.ask('/three')]
  for (const { socket } of [one, two]) socket.destroy()

  expect(answers.map((answer) => answer.slice(0, 15))).toEqual(Array(3).fill('HTTP/1.1 200 OK'))
  expect(proxy.ended.slice(-3).map(({ path }) => path)).toEqual(['/one', '/two', '/three'])
})

test('a connection that was quiet for a while has forgotten the fields of its requests, and goes on', async () => {
  const clients = await Promise.all(Array.from({ length: 10 }, client))
  for (const each of clients) for (const path of ['/', '/']) await each.ask(path)
  const before = live(FieldMemory)

  // Those of connections to the upstream stay.
  await untilLive(FieldMemory, before - 10)
  const answer = await clients[0]?.ask('/again')
  for (const { socket } of clients) socket.destroy()

  expect(answer).toContain('200 OK')
})

test('an HTTP/2 connection that was quiet for a while has no streams, and goes on', async () => {
  await using http2 = new Http2Client(proxy.port)
  await Promise.all(Array.from({ length: 20 }, () => http2.request({ ':path': '/' })))

  await untilLive(ServerStream, 0)
  const { status } = await http2.request({ ':path': '/again' })

  expect(status).toBe(200)
})

test('a connection that was a tunnel is forgotten when it ends', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => sockets.once('listening', resolve))
  const bound = sockets.address()
  const port = bound !== null && typeof bound !== 'string' ? bound.port : 0
  const hcm = { upgrade_configs: [{ upgrade_type: 'websocket' }] }
  await using own = await startTestProxy(bootstrap([httpListener([route('up')], { hcm })], [cluster('up', [port])]))
  const open = () => own.traffic.listeners().get('in')?.openConnections
  const socket = new WebSocket(`ws://127.0.0.1:${own.port}/`)
  await new Promise((resolve) => socket.once('open', resolve))

  const during = open()
  socket.close()
  await eventually(() => open() === 0)
  sockets.close()

  expect(during).toBe(1)
})
