import { HpackDecoder } from '../../apps/proxy/src/codec/http2/hpack/hpack-decoder.ts'
import type { ClientConnection } from './client-connection.ts'
import { errorCodes, framesText, preface, type TakenFrame, takeFrames } from './http2-frame.ts'
import type { SeenFrames } from './outcome.ts'
import type { Frames } from './scenario-values.ts'

/** The payload of the PING that asks whether a connection lives on behind what it was sent. */
const question = 'conform!'
const settings = '\0\0\0\x04\0\0\0\0\0'
const ping = `\0\0\x08\x06\0\0\0\0\0${question}`

/** Sends frames behind the preface, and reads until the PING behind them is answered, the connection ends, or time is over. */
export async function exchangeFrames(
  client: ClientConnection,
  {
    frames,
    preface: hasPreface,
    withinMs,
    data,
  }: { frames: Frames; preface: boolean; withinMs: number; data: Readonly<Record<string, string>> },
): Promise<SeenFrames> {
  const seen = { statuses: {}, resets: {}, goaway: null, data: {}, alive: false, served: 0 } as Mutable
  const decoder = new HpackDecoder(4096)
  client.write((hasPreface ? preface + settings : '') + framesText(frames) + ping)
  await client.take((unread) => {
    const taken = takeFrames(unread)
    for (const frame of taken.frames) {
      note(frame, seen, decoder)
      if (frame.type === 0 && frame.stream in data) {
        seen.data = { ...seen.data, [frame.stream]: (seen.data[frame.stream] ?? '') + frame.payload }
      }
    }
    // The connection may be ended after the answer, and what it owes may come after it.
    return { rest: taken.rest, isDone: seen.alive && isAnswered(frames, seen) && hasCome(data, seen) }
  }, withinMs)
  return seen
}

type Mutable = { -readonly [Key in keyof SeenFrames]: SeenFrames[Key] }

function hasCome(data: Readonly<Record<string, string>>, seen: Mutable): boolean {
  return Object.entries(data).every(([stream, text]) => seen.data[stream]?.includes(text) || stream in seen.resets)
}

/** Every stream that was ended has its answer. */
function isAnswered(frames: Frames, seen: Mutable): boolean {
  return frames.every((each) => {
    if ('raw' in each || 'again' in each || each.times > 1) return true
    if ((each.type !== 'headers' && each.type !== 'data') || (each.flags & 1) === 0) return true
    return each.stream in seen.statuses || each.stream in seen.resets
  })
}

function note({ type, flags, stream, payload }: TakenFrame, seen: Mutable, decoder: HpackDecoder): void {
  const bytes = Buffer.from(payload, 'latin1')
  if (type === 1) {
    let status = 0
    decoder.decode(bytes, 0, bytes.length, {
      onField: ({ name, value }) => {
        if (name.text === ':status') status = Number(value)
      },
    })
    if (status === 0) return
    seen.statuses = { ...seen.statuses, [stream]: status }
    seen.served++
  } else if (type === 3) seen.resets = { ...seen.resets, [stream]: codeOf(bytes.readUInt32BE(0)) }
  else if (type === 7) seen.goaway = codeOf(bytes.readUInt32BE(4))
  else if (type === 6 && (flags & 1) === 1 && payload === question) seen.alive = true
}

function codeOf(code: number): string {
  return errorCodes[code] ?? String(code)
}
