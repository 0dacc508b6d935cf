import { createHash } from 'node:crypto'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'
import { closing, type FrameCase, frameCases } from './harness/websocket-frames.ts'

// Whatever a client writes, it must get from the server behind a proxy what it gets from the server itself: over HTTP/1.1, and
// over two proxies that speak HTTP/2 between them. The cases are those of the Autobahn test suite, made shorter.

const upgrades = { upgrade_configs: [{ upgrade_type: 'websocket' }] }
let server: WebSocketServer
let near: TestProxy
let far: TestProxy
let ports: Readonly<Record<'direct' | 'one proxy' | 'two proxies', number>>

beforeAll(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: { threshold: 0 } })
  await new Promise((resolve) => server.once('listening', resolve))
  server.on('connection', (socket) => {
    socket.on('error', () => undefined) // it has told the client
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
  const { port } = server.address() as AddressInfo // it listens on a port
  const accepting = { ...upgrades, http2_protocol_options: { allow_connect: true } }
  near = await startTestProxy(bootstrap([httpListener([route('up')], { hcm: accepting })], [cluster('up', [port])]))
  const http2 = { http2_protocol_options: {} }
  far = await startTestProxy(
    bootstrap([httpListener([route('up')], { hcm: upgrades })], [cluster('up', [near.port], http2)]),
  )
  ports = { direct: port, 'one proxy': near.port, 'two proxies': far.port }
})
afterAll(async () => {
  await far[Symbol.asyncDispose]()
  await near[Symbol.asyncDispose]()
  server.close()
})

test.each(frameCases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
  const [direct, one, two] = await Promise.all([
    observe(ports.direct, each),
    observe(ports['one proxy'], each),
    observe(ports['two proxies'], each),
  ])

  expect(direct[0]).toBe('101')
  expect(direct.length).toBeGreaterThan(1)
  expect(one).toEqual(direct)
  expect(two).toEqual(direct)
})

/** The status, what was agreed, and every frame until the connection ends. */
function observe(port: number, { extensions, writes, awaits }: FrameCase): Promise<string[]> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let bytes = Buffer.alloc(0)
    let head: string | undefined
    const frames: string[] = []
    let hasSaidGoodbye = awaits === 0
    socket.on('data', (more: Buffer) => {
      bytes = Buffer.concat([bytes, more])
      const end = head === undefined ? bytes.indexOf('\r\n\r\n') : -1
      if (end >= 0) {
        head = bytes.toString('latin1', 0, end)
        bytes = bytes.subarray(end + 4)
        for (const each of writes) socket.write(each)
      }
      for (let one = takeFrame(bytes); head !== undefined && one !== undefined; one = takeFrame(bytes)) {
        frames.push(one.text)
        bytes = bytes.subarray(one.length)
      }
      if (hasSaidGoodbye || frames.length < awaits) return
      hasSaidGoodbye = true
      socket.write(closing(1000, 'done'))
    })
    socket.on('error', () => undefined) // how it ends is the server's to say, and it may not wait for what is still sent
    socket.on('close', () => resolve([head?.split(' ')[1] ?? '', agreed(head ?? ''), ...frames]))
    socket.write(
      `GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n${extensions === undefined ? '' : `sec-websocket-extensions: ${extensions}\r\n`}\r\n`,
    )
  })
}

function agreed(head: string): string {
  const fields = head.toLowerCase().split('\r\n')
  return fields
    .filter((each) => each.startsWith('sec-websocket-'))
    .sort()
    .join()
}

function takeFrame(bytes: Buffer): { readonly text: string; readonly length: number } | undefined {
  if (bytes.length < 2) return undefined
  const short = bytes[1] as number // there are two
  const from = short < 126 ? 2 : short === 126 ? 4 : 10
  if (bytes.length < from) return undefined
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (bytes.length < from + length) return undefined
  const digest = createHash('sha1')
    .update(bytes.subarray(from, from + length))
    .digest('hex')
  return { text: `${bytes[0]?.toString(16)} ${length} ${digest}`, length: from + length }
}
