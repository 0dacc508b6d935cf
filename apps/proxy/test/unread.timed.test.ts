import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { RawHttp2, rawBlock, rawFrame } from './harness/raw-http2.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

/** Clients of HTTP/2 that make us answer and never read: no window holds back what is no DATA. */

const head = (path: string, method = 'GET') =>
  rawBlock({ ':method': method, ':scheme': 'http', ':path': path, ':authority': 'a.shop' })
const ping = rawFrame(6, 0, 0, Buffer.alloc(8))
const oneByte = rawFrame(0, 0, 3, Buffer.from('x'))
const pingAndByte = () => Buffer.concat([ping, oneByte])
const sink = { match: { prefix: '/sink' }, direct_response: { status: 204 } }
const megabyte = 1024 * 1024

/** Each brings a frame of ours for a frame or two, for as long as we let it. Stream 1 is an answer that nobody reads. */
const provocations: readonly [what: string, first: Buffer, again: (round: number) => Buffer][] = [
  ['PING that its DATA has earned', rawFrame(1, 4, 3, head('/swallow', 'POST')), pingAndByte],
  ['PING that DATA on a stream that is over has earned', rawFrame(1, 5, 3, head('/sink')), pingAndByte],
  ['PRIORITY of the wrong size', Buffer.alloc(0), () => rawFrame(2, 0, 1, Buffer.from([1, 2, 3, 4]))],
]

test('a few frames in each turn to a client that does not read keep no more memory than they have bytes', async () => {
  await using scene = await startScene()
  const before = await scene.memory()

  // Far below any limit of frames; a slab of 112 KiB kept for each turn would be 78 MB.
  for (let turn = 0; turn < 700; turn++) {
    scene.client.send(rawFrame(1, 5, turn * 2 + 3, head('/sink')))
    await delay(1)
  }

  expect(scene.client.isClosed).toBe(false)
  expect((await scene.memory()) - before).toBeLessThan(16 * megabyte)
})

test.each(provocations)(
  '%s, and nothing read: the connection ends and memory stays flat',
  async (_what, first, again) => {
    await using scene = await startScene()
    const { client } = scene
    client.send(first)
    await delay(50)
    const before = await scene.memory()

    const isClosed = await sendUntilClosed(client, again)

    expect(isClosed).toBe(true)
    expect((await scene.memory()) - before).toBeLessThan(32 * megabyte)
  },
)

test('a client that allows more and more of an answer and does not read it gets no more than the socket takes', async () => {
  await using scene = await startScene(Buffer.alloc(0))
  const before = await scene.memory()

  for (let round = 0; round < 1500; round++) {
    scene.client.send(rawFrame(8, 0, 1, Buffer.from([0, 0, 0x9c, 0x40])))
    await delay(1)
  }

  expect(scene.client.isClosed).toBe(false)
  expect((await scene.memory()) - before).toBeLessThan(32 * megabyte)
})

/** SETTINGS_INITIAL_WINDOW_SIZE of 2³¹−1. */
const wideWindows = Buffer.from([0, 4, 0x7f, 0xff, 0xff, 0xff])

/** A client that has asked for an answer without end and reads nothing, with all buffers on the way full. */
async function startScene(settings = wideWindows) {
  const upstream = await startRawUpstream((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    socket.on('drain', () => pour(socket))
    pour(socket)
  })
  const swallowing = await startRawUpstream((socket) => socket.resume())
  const routes = [sink, route('swallow', {}, { prefix: '/swallow' }), route('up')]
  const clusters = [cluster('up', [upstream.port]), cluster('swallow', [swallowing.port])]
  const proxy = await startTestProxy(bootstrap([httpListener(routes)], clusters))
  const client = await RawHttp2.connect(proxy.port, settings)
  client.socket.pause()
  client.send(rawFrame(8, 0, 0, Buffer.from([0x7f, 0, 0, 0])), rawFrame(1, 5, 1, head('/')))
  await delay(500)
  return {
    client,
    memory: () => settledMemory(proxy),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await proxy[Symbol.asyncDispose]()
      await swallowing[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

/** Writes as much as the socket takes. */
function pour(socket: Socket): void {
  while (socket.write(piece));
}

const piece = Buffer.alloc(64 * 1024, 'x')

/** Goes on until the proxy has had enough; true when it had within ten seconds. */
async function sendUntilClosed({ socket }: RawHttp2, frame: (round: number) => Buffer): Promise<boolean> {
  const batch = 2000
  const end = performance.now() + 10_000
  for (let sent = 0; !socket.destroyed && performance.now() < end; sent += batch) {
    if (socket.writableLength < megabyte) {
      socket.write(Buffer.concat(Array.from({ length: batch }, (_, index) => frame(sent + index))))
    }
    await delay(5)
  }
  return socket.destroyed
}

/** What the process holds in buffers when it has nothing to do; others must be answered meanwhile. */
async function settledMemory(proxy: TestProxy): Promise<number> {
  const start = performance.now()
  await proxy.get('/sink')
  expect(performance.now() - start).toBeLessThan(1000)
  await delay(50)
  return process.memoryUsage().arrayBuffers
}
