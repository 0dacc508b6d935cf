import { judgeResponses } from './judge-responses.ts'
import { type Fault, judgeFields, meets } from './meets.ts'
import type { Outcome, SeenRequest } from './outcome.ts'
import { plainBody } from './plain-body.ts'
import type { Expected, ExpectedText } from './scenario-expected.ts'

/** What of an outcome is not as expected; each line names the place, what was expected and what came. */
export function judge(outcome: Outcome, expected: Expected): string[] {
  const faults: string[] = []
  const fault = (place: string, wanted: unknown, came: unknown) =>
    faults.push(`${place}: expected ${JSON.stringify(wanted)}, came ${clipped(JSON.stringify(came))}`)
  judgeResponses(outcome.responses, expected.responses, fault)
  for (const name of Object.keys(outcome.connections)) {
    const wanted = expected.connections[name] ?? 'open'
    const came = outcome.connections[name]
    // A reset ends a connection too; only who expects it by name insists on it.
    const isMet = wanted === 'either' || wanted === came || (wanted === 'closed' && came === 'reset')
    if (!isMet) fault(`connection ${name}`, wanted, came)
  }
  judgeUpstreams(outcome, expected, fault)
  for (const [name, wanted] of Object.entries(expected.tls ?? {})) {
    judgeTexts(outcome.tls[name], wanted, `handshake of ${name}`, fault)
  }
  if (expected.log !== undefined) {
    if (expected.log.length !== outcome.log.length) fault('log lines', expected.log.length, outcome.log)
    for (const [index, wanted] of expected.log.entries()) {
      const came = outcome.log[index]
      if (typeof wanted === 'string') {
        if (wanted !== came) fault(`log ${index}`, wanted, came)
      } else {
        for (const [name, text] of Object.entries(wanted)) {
          // A line of text is the only field of itself.
          const value = typeof came === 'string' ? { line: came }[name] : came?.[name]
          if (Array.isArray(text) ? !text.includes(String(value)) : !meets(value ?? null, text)) {
            fault(`log ${index} ${name}`, text, value)
          }
        }
      }
    }
  }
  for (const [name, [low, high]] of Object.entries(expected.tally ?? {})) {
    const total = Object.values(outcome.tally).reduce((sum, each) => sum + each, 0)
    const share = (outcome.tally[name] ?? 0) / (total || 1)
    if (share < low || share > high) fault(`share of ${name}`, [low, high], share)
  }
  return faults
}

function judgeUpstreams(outcome: Outcome, expected: Expected, fault: Fault): void {
  for (const [name, wanted] of Object.entries(expected.upstream ?? {})) {
    const seen = outcome.upstream[name]
    const place = `upstream ${name}`
    if (seen === undefined) {
      fault(place, wanted, undefined)
      continue
    }
    const { requests = [], count = wanted.requests?.length } = wanted
    if (count !== undefined && !meets(seen.requests.length, count)) {
      fault(
        `${place} requests`,
        count,
        seen.requests.map(({ method, target }) => `${method} ${target}`),
      )
    }
    if (wanted.connections !== undefined && !meets(seen.connections, wanted.connections)) {
      fault(`${place} connections`, wanted.connections, seen.connections)
    }
    if (wanted.bytes !== undefined && !meets(seen.bytes, wanted.bytes))
      fault(`${place} bytes`, wanted.bytes, seen.bytes)
    for (const [index, each] of (wanted.handshakes ?? []).entries()) {
      judgeTexts(seen.handshakes[index], each, `${place} handshake ${index}`, fault)
    }
    for (const [index, each] of requests.entries()) {
      const came = seen.requests[index]
      if (came !== undefined) judgeRequest(came, each, `${place} request ${index}`, fault)
    }
  }
}

type ExpectedRequest = NonNullable<NonNullable<Expected['upstream']>[string]['requests']>[number]

function judgeRequest(came: SeenRequest, wanted: ExpectedRequest, place: string, fault: Fault): void {
  if (wanted.method !== undefined && wanted.method !== came.method) fault(`${place} method`, wanted.method, came.method)
  if (wanted.target !== undefined && !meets(came.target, wanted.target))
    fault(`${place} target`, wanted.target, came.target)
  const body = plainBody(came.headers, came.body)
  if (wanted.body !== undefined && !meets(body, wanted.body)) fault(`${place} body`, wanted.body, body)
  if (wanted.complete !== came.complete) fault(`${place} complete`, wanted.complete, came.complete)
  judgeFields(came.headers, wanted.headers, `${place} header`, fault)
  judgeFields(came.trailers, wanted.trailers, `${place} trailer`, fault)
}

type Texts = Readonly<Record<string, ExpectedText | undefined>>

function judgeTexts(
  seen: Readonly<Record<string, string>> | undefined,
  wanted: Texts,
  place: string,
  fault: Fault,
): void {
  for (const [name, text] of Object.entries(wanted)) {
    if (text !== undefined && !meets(seen?.[name] ?? null, text)) fault(`${place} ${name}`, text, seen?.[name])
  }
}

function clipped(text: string | undefined): string {
  const whole = text ?? 'nothing'
  return whole.length > 400 ? `${whole.slice(0, 400)}… (${whole.length} characters)` : whole
}
