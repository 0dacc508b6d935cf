import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildBootstrap } from '../runner/build-bootstrap.ts'
import { heddleSide } from '../runner/heddle-side.ts'
import { loopback } from '../runner/loopback.ts'
import type { Scenario } from '../runner/scenario.ts'
import { startSide } from '../runner/start-side.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { generateRequests } from './generate-http1.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { startRecordingServer } from './recording-server.ts'

const markName = 'x-sent-by'
const mark = randomUUID()
/** Behind every input, so that a connection that is still read ends with its answer. */
const last = 'GET /last HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n'
/** A client that owes the rest of a body waits for nobody. */
const silenceMs = 150

const interesting = [
  ...['\r\n', '\n', '\r', ' ', '\t', ':', '\0', ';', '0\r\n\r\n', 'GET /smuggled HTTP/1.1\r\nhost: test\r\n\r\n'],
  ...['content-length: 3\r\n', 'transfer-encoding: chunked\r\n', 'connection: upgrade\r\nupgrade: websocket\r\n'],
  ...['expect: 100-continue\r\n', 'connection: x-sent-by, host\r\n', `${markName}: me\r\n`, 'host: other\r\n'],
]

let opened: ReturnType<typeof open> | undefined

/**
 * The proxy as it runs, between real sockets. Every request that llhttp reads behind it is one that the proxy has sent: it
 * bears the proxy's mark once, and nothing of what comes is unreadable.
 */
export const wire: FuzzTarget = {
  name: 'wire',
  seeds: [
    Buffer.from('GET / HTTP/1.1\r\nhost: test\r\n\r\n'),
    Buffer.from('POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 5\r\n\r\nhello'),
    Buffer.from('POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-a: b\r\n\r\n'),
    Buffer.from('GET http://test/a HTTP/1.1\r\nhost: other\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    Buffer.from('CONNECT test:80 HTTP/1.1\r\nhost: test:80\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: test\r\n\r\n'),
  ],
  generate: (random, known) =>
    random.chance(0.4) ? generateRequests(random) : mutateBytes(random.pick(known), random, interesting),
  async check(input) {
    opened ??= open()
    const { port, upstream, exit } = await opened
    upstream.requests.length = 0
    upstream.refusals.length = 0
    await send(port, Buffer.concat([input, Buffer.from(last)]))
    if (exit() !== undefined) return `the proxy is gone: ${exit()}`
    const [refusal] = upstream.refusals
    if (refusal !== undefined) return `the upstream could not read what came: ${refusal}`
    const strange = upstream.requests.find(({ marks }) => marks.length !== 1 || marks[0] !== mark)
    if (strange !== undefined) return `the upstream read a request that the proxy has not sent: ${strange.start}`
    return undefined
  },
  async close() {
    if (opened === undefined) return
    await (await opened).stop()
    opened = undefined
  },
}

async function open() {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-fuzz-wire-'))
  const upstream = await startRecordingServer(loopback, markName)
  const placed = { scenario, key: 'fuzz', ports: { a: upstream.port }, logFile: '/dev/null', certificates: folder }
  const side = await startSide(heddleSide(true), (adminPort) => buildBootstrap([placed], adminPort), folder)
  const port = side.listenerPorts.get('fuzz') ?? 0
  // Inputs that reach nobody would prove nothing.
  await send(port, Buffer.from(last), 5000)
  if (upstream.requests.length !== 1) throw new Error(`the proxy sent on ${upstream.requests.length} requests out of 1`)
  return {
    port,
    upstream,
    exit: () => side.exit(),
    async stop() {
      await side[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const header = { key: markName, value: mark }
const route = {
  match: { prefix: '/' },
  route: { cluster: '<a>' },
  request_headers_to_add: [{ header, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
}
const scenario: Scenario = {
  ...{
    id: 'fuzz',
    topic: 'fuzz',
    name: 'fuzz',
    covers: [],
    clients: {},
    clusters: {},
    files: {},
    mounted: {},
    runtime: {},
    upstreams: { a: 'ok' },
    steps: [],
  },
  ...{ expect: { connections: {} }, incomparable: {} },
  listener: {
    routes: [route, { ...route, match: { connect_matcher: {} } }],
    hcm: { upgrade_configs: [{ upgrade_type: 'websocket' }] },
  },
}

/** Ends when the proxy has closed the connection, or says nothing more. */
function send(port: number, bytes: Buffer, quietMs = silenceMs): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: loopback, noDelay: true })
    socket.setTimeout(quietMs, () => socket.destroy())
    socket.on('connect', () => socket.write(bytes))
    socket.resume()
    socket.on('error', () => undefined)
    socket.on('close', () => resolve())
  })
}
