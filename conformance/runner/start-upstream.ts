import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { bytesOf } from './bytes-of.ts'
import { type HttpMessage, takeMessage } from './http-message.ts'
import { framesText } from './http2-frame.ts'
import { Inbox } from './inbox.ts'
import { type ListeningUpstream, listenAsUpstream } from './listen-as-upstream.ts'
import { loopback } from './loopback.ts'
import { nothingSeen, type SeenUpstream } from './outcome.ts'
import { reservePort } from './reserve-port.ts'
import type { Answer, UpstreamAction, UpstreamSpec } from './scenario-upstream.ts'
import type { Fields } from './scenario-values.ts'

export type RunningUpstream = ListeningUpstream & { readonly seen: SeenUpstream }

type Http1Spec = Exclude<UpstreamSpec, { h2: unknown } | { rls: unknown } | { logs: unknown }>
type Served = Exclude<Http1Spec, 'refuses'>

/**
 * A real server that behaves as the scenario says, and keeps what came. It waits for as long as its connections are there: one
 * that gave up by itself would end what a scenario leaves open, when the run takes long.
 */
export async function startUpstream(name: string, spec: Http1Spec, folder: string): Promise<RunningUpstream> {
  const seen = nothingSeen()
  if (spec === 'refuses') return nowhere(reservePort(), seen)
  const onSocket = (socket: Socket) => {
    socket.on('data', (part) => {
      if (seen.bytes.length < 1_000_000) seen.bytes += part.toString('latin1')
    })
    const number = seen.connections++
    serve(socket, number, name, spec, seen).catch((error: unknown) => socket.destroy(error as Error))
  }
  const place = spec === 'ok' ? {} : spec
  return { ...(await listenAsUpstream(place, folder, seen, onSocket)), seen }
}

function nowhere(port: number, seen: SeenUpstream): RunningUpstream {
  const address = { socket_address: { address: loopback, port_value: port } }
  return { port, address, seen, [Symbol.asyncDispose]: async () => undefined }
}

async function serve(socket: Socket, number: number, name: string, spec: Served, seen: SeenUpstream): Promise<void> {
  const inbox = new Inbox(socket)
  if (spec !== 'ok' && 'connections' in spec) {
    const script = spec.connections[Math.min(number, spec.connections.length - 1)] ?? []
    await follow(socket, inbox, script, seen)
    return
  }
  const answers = spec === 'ok' ? [{ body: name }] : spec.answers
  for (;;) {
    const message = await nextRequest(inbox)
    if (message === undefined) break
    const answer = answers[Math.min(seen.requests.length, answers.length - 1)] ?? {}
    keep(seen, message)
    if (!message.complete) break
    if (answer.afterMs !== undefined) await delay(answer.afterMs)
    if (socket.destroyed) break
    socket.write(answerText(answer, message.start), 'latin1')
  }
  socket.end()
}

async function follow(
  socket: Socket,
  inbox: Inbox,
  script: readonly UpstreamAction[],
  seen: SeenUpstream,
): Promise<void> {
  for (let at = 0; at < script.length; at++) {
    const action = script[at]
    switch (action) {
      case undefined:
        return
      case 'request': {
        const message = await nextRequest(inbox)
        if (message === undefined) return
        keep(seen, message)
        break
      }
      case 'head': {
        const end = await inbox.ask(() => positionAfterHead(inbox.unread))
        if (end === undefined) return
        const head = takeMessage(inbox.unread.slice(0, end), { isOver: false, bodyless: true })
        inbox.unread = inbox.unread.slice(end)
        if (head) keep(seen, head.message)
        break
      }
      case 'echo': {
        // Listened for first: a write over TLS may bring what has come already.
        const early = inbox.unread
        socket.on('data', (part) => socket.write(part))
        if (early !== '') socket.write(early, 'latin1')
        if (inbox.isOver) socket.end()
        else socket.on('end', () => socket.end())
        return
      }
      case 'end':
        socket.end()
        break
      case 'close':
        socket.destroySoon()
        return
      case 'reset':
        socket.resetAndDestroy()
        return
      case 'pause':
        socket.pause()
        break
      case 'loop':
        at = -1
        break
      default:
        if ('write' in action) socket.write(bytesOf(action.write), 'latin1')
        else if ('frames' in action) socket.write(framesText(action.frames), 'latin1')
        else if ('waitMs' in action) await delay(action.waitMs)
        else {
          const { read } = action
          await inbox.ask(() => (inbox.unread.length >= read ? true : undefined))
          inbox.unread = inbox.unread.slice(read)
        }
    }
  }
  // What comes after the script is still read, so that the end of the connection is seen.
  for (let rest = await nextRequest(inbox); rest !== undefined; rest = await nextRequest(inbox)) keep(seen, rest)
  socket.end()
}

function positionAfterHead(text: string): number | undefined {
  const end = text.indexOf('\r\n\r\n')
  return end < 0 ? undefined : end + 4
}

async function nextRequest(inbox: Inbox): Promise<HttpMessage | undefined> {
  const taken = await inbox.ask(() => takeMessage(inbox.unread, { isOver: inbox.isOver }))
  if (taken === undefined) return undefined
  inbox.unread = taken.rest
  return taken.message
}

function keep({ requests }: SeenUpstream, { start, headers, body, trailers, complete }: HttpMessage): void {
  const [method = '', target = ''] = start.split(' ')
  requests.push({ method, target, headers, body, trailers, complete })
}

function answerText(answer: Answer, startLine: string): string {
  const { status = 200, headers = {}, body = '', chunks, trailers } = answer
  const lines = pairsOf(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${status} ${reasons[status] ?? 'Status'}\r\n${lines.join('')}`
  if (chunks !== undefined) {
    const pieces = chunks.map(bytesOf).map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`)
    const last = pairsOf(trailers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`)
    return `${head}transfer-encoding: chunked\r\n\r\n${pieces.join('')}0\r\n${last.join('')}\r\n`
  }
  const text = bytesOf(body)
  const hasBody = status >= 200 && status !== 204 && status !== 304
  if (!hasBody) return `${head}\r\n`
  return `${head}content-length: ${text.length}\r\n\r\n${startLine.startsWith('HEAD ') ? '' : text}`
}

function pairsOf(fields: Fields): readonly (readonly [string, string])[] {
  return Array.isArray(fields) ? fields : Object.entries(fields)
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  304: 'Not Modified',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}
