import type { Outcome, SeenFields, SeenRequest, SeenResponse } from './outcome.ts'
import type { Expected, ExpectedFields, ExpectedText } from './scenario.ts'

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
  if (expected.log !== undefined) {
    if (expected.log.length !== outcome.log.length) fault('log lines', expected.log.length, outcome.log)
    for (const [index, wanted] of expected.log.entries()) {
      const came = outcome.log[index]
      if (typeof wanted === 'string') {
        if (wanted !== came) fault(`log ${index}`, wanted, came)
      } else {
        for (const [name, text] of Object.entries(wanted)) {
          const value = typeof came === 'object' ? came[name] : undefined
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

type Fault = (place: string, wanted: unknown, came: unknown) => void

function judgeResponses(came: readonly SeenResponse[], wanted: Expected['responses'], fault: Fault): void {
  if (wanted === undefined) return
  if (wanted.length !== came.length) fault('responses', wanted.length, came.length)
  for (const [index, each] of wanted.entries()) {
    const seen = came[index]
    const place = `response ${index}`
    if (typeof each === 'string' || typeof seen === 'string' || seen === undefined) {
      if (each !== seen) fault(place, each, seen)
      continue
    }
    if ('text' in seen) {
      if (each.text === undefined || !meets(seen.text, each.text)) fault(place, each, seen.text)
      continue
    }
    if (each.status !== undefined && each.status !== seen.status) fault(`${place} status`, each.status, seen.status)
    if (each.reason !== undefined && !meets(seen.reason, each.reason))
      fault(`${place} reason`, each.reason, seen.reason)
    if (each.body !== undefined && !meets(seen.body, each.body)) fault(`${place} body`, each.body, seen.body)
    if (each.complete !== seen.complete) fault(`${place} complete`, each.complete, seen.complete)
    if (each.interims !== undefined && each.interims.join() !== seen.interims.join()) {
      fault(`${place} interims`, each.interims, seen.interims)
    }
    if (each.ms !== undefined && !meets(seen.ms, each.ms)) fault(`${place} ms`, each.ms, seen.ms)
    judgeFields(seen.headers, each.headers, `${place} header`, fault)
    judgeFields(seen.trailers, each.trailers, `${place} trailer`, fault)
  }
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
  if (wanted.body !== undefined && !meets(came.body, wanted.body)) fault(`${place} body`, wanted.body, came.body)
  if (wanted.complete !== came.complete) fault(`${place} complete`, wanted.complete, came.complete)
  judgeFields(came.headers, wanted.headers, `${place} header`, fault)
  judgeFields(came.trailers, wanted.trailers, `${place} trailer`, fault)
}

/** A list expects every line of the name, in order; `true` any value, `null` or `false` none. */
function judgeFields(fields: SeenFields, wanted: ExpectedFields | undefined, place: string, fault: Fault): void {
  for (const [name, text] of Object.entries(wanted ?? {})) {
    const lines = fields.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value)
    if (Array.isArray(text)) {
      if (JSON.stringify(lines) !== JSON.stringify(text)) fault(`${place} ${name}`, text, lines)
    } else if (text === null || text === false) {
      if (lines.length > 0) fault(`${place} ${name}`, 'none', lines)
    } else if (text === true) {
      if (lines.length === 0) fault(`${place} ${name}`, 'any', lines)
    } else if (lines.length !== 1 || !meets(lines[0], text)) fault(`${place} ${name}`, text, lines)
  }
}

function meets(came: unknown, wanted: ExpectedText): boolean {
  if (typeof wanted !== 'object' || wanted === null) return came === wanted
  if ('matches' in wanted) return new RegExp(wanted.matches).test(String(came))
  if ('contains' in wanted) return String(came).includes(wanted.contains)
  if ('length' in wanted) return String(came).length === wanted.length
  const [low, high] = wanted.between
  return Number(came) >= low && Number(came) <= high
}

function clipped(text: string | undefined): string {
  const whole = text ?? 'nothing'
  return whole.length > 400 ? `${whole.slice(0, 400)}… (${whole.length} characters)` : whole
}
