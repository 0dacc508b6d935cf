import { type Fault, judgeFields, meets } from './meets.ts'
import type { SeenFrames, SeenResponse } from './outcome.ts'
import { plainBody } from './plain-body.ts'
import type { Expected } from './scenario-expected.ts'

/** Compares what came with what is expected, one by one. */
export function judgeResponses(came: readonly SeenResponse[], wanted: Expected['responses'], fault: Fault): void {
  if (wanted === undefined) return
  if (wanted.length !== came.length) fault('responses', wanted.length, came.length)
  for (const [index, each] of wanted.entries()) {
    const seen = came[index]
    const place = `response ${index}`
    if (typeof each === 'string' || typeof seen === 'string' || seen === undefined) {
      if (each !== seen) fault(place, each, seen)
      continue
    }
    if ('frames' in each || 'goaway' in seen) {
      if ('frames' in each && 'goaway' in seen) judgeFrames(seen, each.frames, place, fault)
      else fault(place, each, seen)
      continue
    }
    if ('text' in seen) {
      if (each.text === undefined || !meets(seen.text, each.text)) fault(place, each, seen.text)
      continue
    }
    if (each.status !== undefined && each.status !== seen.status) fault(`${place} status`, each.status, seen.status)
    if (each.reason !== undefined && !meets(seen.reason, each.reason))
      fault(`${place} reason`, each.reason, seen.reason)
    const body = plainBody(seen.headers, seen.body)
    if (each.body !== undefined && !meets(body, each.body)) fault(`${place} body`, each.body, body)
    if (each.complete !== seen.complete) fault(`${place} complete`, each.complete, seen.complete)
    if (each.interims !== undefined && each.interims.join() !== seen.interims.join()) {
      fault(`${place} interims`, each.interims, seen.interims)
    }
    if (each.ms !== undefined && !meets(seen.ms, each.ms)) fault(`${place} ms`, each.ms, seen.ms)
    judgeFields(seen.headers, each.headers, `${place} header`, fault)
    judgeFields(seen.trailers, each.trailers, `${place} trailer`, fault)
  }
}

type ExpectedFrames = Extract<NonNullable<Expected['responses']>[number], { frames: unknown }>['frames']

function judgeFrames(seen: SeenFrames, wanted: ExpectedFrames, place: string, fault: Fault): void {
  const isOf = (came: string | null | undefined, codes: string | readonly string[] | null) =>
    Array.isArray(codes) ? codes.includes(came ?? 'none') : came === codes
  for (const [stream, status] of Object.entries(wanted.statuses ?? {})) {
    if (seen.statuses[stream] !== status) fault(`${place} status of stream ${stream}`, status, seen)
  }
  for (const [stream, codes] of Object.entries(wanted.resets ?? {})) {
    if (!isOf(seen.resets[stream], codes)) fault(`${place} reset of stream ${stream}`, codes, seen)
  }
  for (const [stream, data] of Object.entries(wanted.data ?? {})) {
    if (!meets(seen.data[stream] ?? null, data)) fault(`${place} data of stream ${stream}`, data, seen)
  }
  if (wanted.goaway !== undefined && !isOf(seen.goaway, wanted.goaway)) fault(`${place} goaway`, wanted.goaway, seen)
  if (wanted.alive !== undefined && wanted.alive !== seen.alive) fault(`${place} alive`, wanted.alive, seen)
  if (wanted.served !== undefined && !meets(seen.served, wanted.served)) fault(`${place} served`, wanted.served, seen)
}
