import { createHash } from 'node:crypto'
import type { Outcome, SeenFields, SeenResponse } from './outcome.ts'
import { plainBody } from './plain-body.ts'

/**
 * Where two outcomes differ, whatever the scenario expects: so that what nobody thought of is seen too. What may differ
 * everywhere is named here, each with its reason; what may differ in one scenario stands there.
 */
export function compareOutcomes(ours: Outcome, theirs: Outcome, incomparable: readonly string[]): string[] {
  const [first, second] = [comparable(ours), comparable(theirs)]
  const differences: string[] = []
  walk(first, second, '', differences, Math.max(ours.ms, theirs.ms))
  return differences.filter((line) => !incomparable.some((part) => line.startsWith(part)))
}

/** Values that are another in every run; that the field is there is compared. */
const volatileFields = new Set(['date', 'x-envoy-upstream-service-time', 'x-request-id', 'traceparent'])
/** Who answered is no behaviour. */
const ignoredFields = new Set(['server'])

function comparable(outcome: Outcome): unknown {
  return {
    responses: outcome.responses.map(comparableResponse),
    // When bytes are left unread, it is the kernel that makes a reset of an end.
    connections: Object.fromEntries(
      Object.entries(outcome.connections).map(([name, fate]) => [name, fate === 'open' ? 'open' : 'ended']),
    ),
    upstream: Object.fromEntries(
      Object.entries(outcome.upstream).map(([name, { requests }]) => [
        name,
        requests.map((each) => ({
          ...each,
          headers: byName(each.headers),
          trailers: byName(each.trailers),
          body: short(plainBody(each.headers, each.body)),
        })),
      ]),
    ),
    // How often an upstream is connected to depends on timing; what the handshakes say does not.
    handshakes: Object.fromEntries(
      Object.entries(outcome.upstream).map(([name, { handshakes }]) => [name, handshakes[0]]),
    ),
    tls: outcome.tls,
    log: outcome.log.map(comparableLine),
  }
}

/**
 * Envoy's parser has one word for what it refuses, and forgets what it had read; ours says which rule was broken, and
 * logs as much of the head as there was.
 */
function comparableLine(line: Record<string, unknown> | string): unknown {
  if (typeof line === 'string') return line
  // Which rule an upstream broke stands behind the word that both have.
  if (String(line.flags).includes('UPE')) {
    return { ...line, details: String(line.details).replace(/,http[12]\..*}$/, '}') }
  }
  // How the system names a failed connection.
  if (String(line.flags).includes('UF')) {
    return { ...line, details: String(line.details).replace(/(remote_connection_failure)[,|].*}$/, '$1}') }
  }
  if (line.flags !== 'DPE') return line
  const { method, path, authority, protocol, details, ...rest } = line
  const isOwnWord = typeof details === 'string' && details.startsWith('http1.') && !sharedDetails.has(details)
  return { ...rest, details: isOwnWord ? 'http1.codec_error' : details }
}

const sharedDetails = new Set(['http1.headers_too_large', 'http1.too_many_headers', 'http1.invalid_transfer_encoding'])

function comparableResponse(response: SeenResponse): unknown {
  if (typeof response === 'string' || !('status' in response)) return response
  // Time is judged where a scenario expects it, and a reason phrase says nothing (RFC 9112 §4).
  const { ms: _ms, reason: _reason, headers, trailers, body, ...rest } = response
  return { ...rest, headers: byName(headers), trailers: byName(trailers), body: short(plainBody(headers, body)) }
}

/** The order of fields with different names says nothing (RFC 9110 §5.3); nor does the case of names, but a listener may ask for it. */
function byName(fields: SeenFields): Record<string, string[]> {
  const named: Record<string, string[]> = {}
  for (const [name, value] of fields) {
    const key = name.toLowerCase()
    if (ignoredFields.has(key)) continue
    named[name] ??= []
    named[name].push(key === 'connection' ? value.toLowerCase() : volatileFields.has(key) ? '<any>' : value)
  }
  return named
}

function short(body: string): string {
  if (body.length <= 200) return body
  return `${body.length} bytes, sha1 ${createHash('sha1').update(body, 'latin1').digest('hex').slice(0, 12)}`
}

/** Fields that say a time that is left, and its unit in milliseconds. */
const timesLeft: Readonly<Record<string, number>> = { 'x-envoy-expected-rq-timeout-ms': 1, 'x-ratelimit-reset': 1000 }

/**
 * What is left of a timeout when a try begins, or of the time for which no more requests are let through: what came before
 * took no longer than the scenario did.
 */
function isTimeLeft(place: string, first: unknown, second: unknown, tookMs: number): boolean {
  const [, name = ''] = /\.headers\.([^.]+)\.0$/.exec(place.toLowerCase()) ?? []
  const unitMs = timesLeft[name] ?? 0
  const [one, other] = [Number(first) * unitMs, Number(second) * unitMs]
  return Math.min(one, other) > 1000 && Math.abs(one - other) <= tookMs
}

function walk(first: unknown, second: unknown, place: string, into: string[], tookMs: number): void {
  if (JSON.stringify(first) === JSON.stringify(second) || isTimeLeft(place, first, second, tookMs)) return
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
  if (isObject(first) && isObject(second) && Array.isArray(first) === Array.isArray(second)) {
    for (const key of new Set([...Object.keys(first), ...Object.keys(second)])) {
      walk(first[key], second[key], place === '' ? key : `${place}.${key}`, into, tookMs)
    }
    return
  }
  into.push(`${place}: heddle ${clipped(first)}, envoy ${clipped(second)}`)
}

function clipped(value: unknown): string {
  const text = JSON.stringify(value) ?? 'none'
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
