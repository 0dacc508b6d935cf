import { createHash, randomBytes } from 'node:crypto'
import { createServer, request } from 'node:http'
import { type ClientHttp2Stream, constants, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { expect, test } from 'vitest'
import { Http2Client } from './harness/http2-client.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'
import { http2 } from './harness/to-http2-upstream.ts'

const clients = 10
const requestsEach = 25
const bytes = randomBytes(1024 * 1024)
const failures = ['refused at once', 'refused late', 'cut at once', 'cut half way'] as const
type Mood = (typeof failures)[number] | 'read to its end'

/** All that happens to a request follows from its name, so that a run can be had again. */
function planOf(id: string) {
  const drawn = createHash('sha256').update(id).digest()
  const draw = (at: number) => drawn.readUInt16BE(at * 2) / 65_536
  const length = draw(0) < 0.2 ? 0 : Math.floor(draw(0) ** 3 * 600_000)
  const body = bytes.subarray(Math.floor(draw(1) * 300_000)).subarray(0, length)
  const moods = [draw(2), draw(3)].flatMap((each) => (each < 0.4 ? (failures[Math.floor(each * 10)] ?? []) : []))
  return {
    body,
    sum: createHash('sha256').update(body).digest('hex'),
    path: draw(4) < 0.5 ? '/http1' : '/http2',
    moods: moods as readonly Mood[],
    pieceBytes: 2000 + Math.floor(draw(5) ** 2 * 100_000),
    /** The upstream begins to read so late. */
    pauseMs: draw(6) < 0.3 ? draw(6) * 100 : 0,
    leavesAfterMs: draw(7) < 0.35 ? draw(8) * 30 : undefined,
    saysLength: draw(9) < 0.5,
  }
}

/**
 * Bodies that are sent again, held back, mirrored and given up, over both HTTPs on both sides. What arrives whole is what was sent,
 * and when all is over nothing is kept or counted any more.
 */
test('bodies arrive as they were sent, whatever happens to tries, mirrors and clients', async () => {
  const wrong: string[] = []
  const tries = new Map<string, number>()
  let mirrored = 0
  const serve = (asked: Asked, answer: Answer) => serveBadly(asked, answer, tries, wrong)
  const copied = (asked: Asked, answer: Answer) =>
    readWhole(asked, (id, sum) => {
      mirrored++
      if (sum !== planOf(id).sum) wrong.push(`mirror of ${id}`)
      answer.end()
    })
  await using one = await listening(createServer(serve))
  await using two = await listening(createHttp2Server(serve as never))
  await using mirrorOne = await listening(createServer(copied))
  await using mirrorTwo = await listening(createHttp2Server(copied as never))
  const action = {
    timeout: '60s',
    retry_policy: { retry_on: '5xx,reset', num_retries: 4, retry_back_off: { base_interval: '0.002s' } },
    request_mirror_policies: [{ cluster: 'mirror1' }, { cluster: 'mirror2' }],
  }
  const limits = { max_connections: 2, max_retries: 100, max_requests: 1000, max_pending_requests: 1000 }
  const wide = { circuit_breakers: { thresholds: [limits] } }
  const kept = { per_request_buffer_limit_bytes: bytes.length }
  await using proxy = await startTestProxy(
    bootstrap(
      [
        httpListener([
          route('http1', action, { prefix: '/http1' }, kept),
          route('http2', action, { prefix: '/http2' }, kept),
        ]),
      ],
      [
        cluster('http1', [one.port], wide),
        cluster('http2', [two.port], { ...wide, ...http2() }),
        cluster('mirror1', [mirrorOne.port], wide),
        cluster('mirror2', [mirrorTwo.port], { ...wide, ...http2() }),
      ],
    ),
  )

  const answers = await Promise.all(Array.from({ length: clients }, (_, at) => askOn(proxy.port, at)))
  const clusters = [...proxy.traffic.clusters().values()]
  await eventually(() => clusters.every(({ endpoints }) => endpoints.every(({ active }) => active === 0)))

  expect(wrong).toEqual([])
  expect(answers.flat().filter(({ id, told }) => told !== `200 ${planOf(id).sum}`)).toEqual([])
  expect(mirrored).toBeGreaterThan((clients * requestsEach) / 2)
  expect(proxy.traffic.keptBodies.bytes).toBe(0)
  for (const { breaker, endpoints } of clusters) {
    expect(breaker).toMatchObject({ retriesActive: 0, counts: { requests: 0, pending: 0 } })
    expect(endpoints.map(({ pending }) => pending)).toEqual([0])
  }
})

type Asked = NodeJS.ReadableStream & {
  readonly headers: NodeJS.Dict<string | string[]>
  readonly complete: boolean
  readonly stream?: { readonly rstCode?: number | undefined; close(code: number): void }
  readonly socket: { destroy(): void }
}
type Answer = NodeJS.EventEmitter & { writeHead(status: number): unknown; end(text?: string): unknown }

function serveBadly(asked: Asked, answer: Answer, tries: Map<string, number>, wrong: string[]): void {
  const id = String(asked.headers['x-id'])
  const { moods, body, sum, pauseMs } = planOf(id)
  const nth = tries.get(id) ?? 0
  tries.set(id, nth + 1)
  const mood = moods[nth] ?? 'read to its end'
  const cut = () =>
    asked.stream === undefined ? asked.socket.destroy() : asked.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  const refuse = () => {
    answer.writeHead(503)
    answer.end()
  }
  asked.on('error', () => undefined)
  answer.on('error', () => undefined)
  if (mood === 'cut at once') return void cut()
  if (mood === 'refused at once') {
    refuse()
    asked.resume()
    return
  }
  let length = 0
  asked.on('data', (part: Buffer) => {
    length += part.length
    if (mood === 'cut half way' && length * 2 >= body.length) cut()
  })
  readWhole(asked, (_, found) => {
    if (mood === 'cut half way') return void cut()
    if (found !== sum) wrong.push(`${id} on try ${nth + 1}`)
    if (mood === 'refused late') refuse()
    else answer.end(found)
  })
  if (pauseMs === 0) return
  asked.pause()
  setTimeout(() => asked.resume(), pauseMs)
}

/** One whose client leaves may be told to be whole, by clients that end it before they reset it. */
function readWhole(asked: Asked, then: (id: string, sum: string) => void): void {
  const id = String(asked.headers['x-id'])
  const hash = createHash('sha256')
  asked.on('error', () => undefined)
  asked.on('data', (part: Buffer) => void hash.update(part))
  asked.on('end', () => {
    const isWhole = asked.complete && (asked.stream?.rstCode ?? 0) === 0
    if (isWhole) then(id, planOf(id).leavesAfterMs === undefined ? hash.digest('hex') : planOf(id).sum)
  })
}

async function listening(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
  const open = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => void open.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** One request after the other, in one HTTP; what was answered to those that stayed. */
async function askOn(port: number, client: number): Promise<{ id: string; told: string }[]> {
  await using session = new Http2Client(port)
  const told: { id: string; told: string }[] = []
  for (let at = 0; at < requestsEach; at++) {
    const id = `${client}-${at}`
    const { path, body, saysLength, leavesAfterMs } = planOf(id)
    const headers = { 'x-id': id, ...(saysLength ? { 'content-length': String(body.length) } : {}) }
    const isHttp2 = client % 2 === 0
    const stream = isHttp2
      ? session.session.request({ ':method': 'POST', ':path': path, ...headers })
      : request({ port, path, method: 'POST', headers, agent: false })
    const answer = answerTo(stream as ClientHttp2Stream)
    Readable.from(piecesOf(id), { objectMode: false }).pipe(stream)
    if (leavesAfterMs === undefined) told.push({ id, told: await answer })
    else {
      await delay(leavesAfterMs)
      if (isHttp2) (stream as ClientHttp2Stream).close(constants.NGHTTP2_CANCEL)
      else stream.destroy()
    }
  }
  return told
}

function answerTo(stream: ClientHttp2Stream): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const read = (status: number | undefined, from: NodeJS.ReadableStream) => {
      from.on('error', () => undefined)
      from.on('data', (part: Buffer) => {
        text += part.toString('latin1')
      })
      from.on('end', () => resolve(`${status} ${text}`))
    }
    stream.on('error', () => resolve('broken'))
    stream.on('response', (first) => {
      // Node's two clients tell an answer in two ways.
      const message = first as unknown as NodeJS.ReadableStream & { statusCode?: number }
      if (message.statusCode === undefined) read(first[':status'], stream)
      else read(message.statusCode, message)
    })
  })
}

function* piecesOf(id: string): Generator<Buffer> {
  const { body, pieceBytes } = planOf(id)
  for (let at = 0; at < body.length; at += pieceBytes) yield body.subarray(at, at + pieceBytes)
}
