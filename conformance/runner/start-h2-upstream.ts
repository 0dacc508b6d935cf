import { createServer, type ServerHttp2Stream } from 'node:http2'
import { setTimeout as delay } from 'node:timers/promises'
import { bytesOf } from './bytes-of.ts'
import { listenAsUpstream } from './listen-as-upstream.ts'
import { nothingSeen } from './outcome.ts'
import type { Answer, UpstreamSpec } from './scenario-upstream.ts'
import type { Fields } from './scenario-values.ts'
import type { RunningUpstream } from './start-upstream.ts'

/** A real server of HTTP/2 that answers request n with answer n; one with status 0 resets the stream instead. */
export async function startH2Upstream(
  { h2: answers, ...place }: Extract<UpstreamSpec, { h2: unknown }>,
  folder: string,
): Promise<RunningUpstream> {
  const seen = nothingSeen()
  const server = createServer()
  let streams = 0
  server.on('session', (session) => {
    seen.connections++
    session.on('error', () => undefined)
  })
  server.on('stream', (stream, headers, _flags, raw) => {
    stream.on('error', () => undefined)
    let body = ''
    let trailers: Record<string, unknown> = {}
    const begun = ++streams
    const tunnel = answers[Math.min(begun, answers.length) - 1]?.tunnel === true
    if (tunnel) begin(stream, answers[Math.min(begun, answers.length) - 1] as Answer) // it says so
    stream.on('data', (part: Buffer) => {
      body += part.toString('latin1')
      if (tunnel) stream.write(part)
    })
    stream.on('trailers', (came) => {
      trailers = came
    })
    stream.on('end', () => {
      const answer = answers[Math.min(seen.requests.length, answers.length - 1)] ?? {}
      const pairs = pairUp(raw as unknown as string[])
      seen.requests.push({
        method: String(headers[':method']),
        target: String(headers[':path']),
        headers: pairs.filter(([name]) => name !== ':method' && name !== ':path' && name !== ':scheme'),
        body,
        trailers: Object.entries(trailers).map(([name, value]) => [name, String(value)] as const),
        complete: true,
      })
      if (tunnel) stream.end(Buffer.from(bytesOf(answer.body ?? ''), 'latin1'))
      else respond(stream, answer).catch(() => stream.close())
    })
  })
  return { ...(await listenAsUpstream(place, folder, seen, (socket) => server.emit('connection', socket))), seen }
}

/** The head at once, and trailers at the end. */
function begin(stream: ServerHttp2Stream, { status = 200, headers = {}, trailers }: Answer): void {
  stream.respond({ ':status': status, ...objectOf(headers) }, { waitForTrailers: trailers !== undefined })
  if (trailers !== undefined) stream.on('wantTrailers', () => stream.sendTrailers(objectOf(trailers)))
}

async function respond(stream: ServerHttp2Stream, answer: Answer): Promise<void> {
  const { status = 200, headers = {}, body = '', chunks, trailers, afterMs, reset, goaway } = answer
  if (afterMs !== undefined) await delay(afterMs)
  if (stream.destroyed) return
  if (goaway !== undefined) stream.session?.goaway(goaway, stream.id)
  if (status === 0) {
    stream.close(reset ?? 2)
    return
  }
  const text = chunks === undefined ? bytesOf(body) : chunks.map(bytesOf).join('')
  const last = trailers === undefined ? undefined : objectOf(trailers)
  if (reset !== undefined) {
    stream.respond({ ':status': status, ...objectOf(headers) })
    stream.write(Buffer.from(text, 'latin1'), () => stream.close(reset))
    return
  }
  const isHeadOnly = text === '' && last === undefined
  stream.respond(
    { ':status': status, ...objectOf(headers) },
    { endStream: isHeadOnly, waitForTrailers: last !== undefined },
  )
  if (isHeadOnly) return
  stream.on('wantTrailers', () => stream.sendTrailers({ ...last }))
  stream.end(Buffer.from(text, 'latin1'))
}

function objectOf(fields: Fields): Record<string, string> {
  return Array.isArray(fields) ? Object.fromEntries(fields) : fields
}

function pairUp(raw: readonly string[]): (readonly [string, string])[] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? ''] as const)
}
