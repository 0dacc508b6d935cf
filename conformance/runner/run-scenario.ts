import { setTimeout as delay } from 'node:timers/promises'
import { bytesOf } from './bytes-of.ts'
import { ClientConnection } from './client-connection.ts'
import { exchangeFrames } from './exchange-frames.ts'
import { h2Requests } from './h2-request.ts'
import { openClient } from './open-client.ts'
import type { Outcome, SeenUpstream } from './outcome.ts'
import type { ClientSpec, Scenario } from './scenario.ts'
import { mountFiles, moveFiles, writeFiles } from './scenario-files.ts'
import type { Step } from './scenario-step.ts'
import type { Fields } from './scenario-values.ts'
import { untilHeard } from './until-heard.ts'

export type Target = {
  readonly port: number
  readonly adminPort: number
  /** The folder of `make-certificates.ts`. */
  readonly certificates: string
  /** Where the listener's socket is when it has no port. */
  readonly socket: string
  /** Where the scenario's files are. */
  readonly folder: string
}

export type ScenarioRun = {
  readonly outcome: Outcome
  readonly clients: ReadonlyMap<string, ClientConnection>
}

/** Only what never comes waits so long. */
const untilMaxMs = 30_000
const answerMaxMs = 20_000
/** An end, or a text, that does not come is often what is expected. */
const receiveMaxMs = 5000

/** Takes the client's steps one after the other. The fate of the connections is asked later, when there was time for it. */
export async function runScenario(
  scenario: Scenario,
  target: Target,
  upstreams: Readonly<Record<string, SeenUpstream>>,
): Promise<ScenarioRun> {
  const clients = new Map<string, ClientConnection>()
  const outcome: Outcome = { responses: [], connections: {}, upstream: {}, log: [], tls: {}, tally: {}, ms: 0 }
  const client = async (name: string) => {
    const open = clients.get(name)
    if (open !== undefined) return open
    const made = await ClientConnection.open(target.port, specOf(scenario, name, target), target.certificates)
    clients.set(name, made)
    if (made.handshake !== undefined) outcome.tls[name] = made.handshake
    return made
  }
  const startedMs = performance.now()
  for (const step of scenario.steps) await takeStep(step, { scenario, target, upstreams, outcome, client })
  outcome.ms = performance.now() - startedMs
  return { outcome, clients }
}

/** How the client of that name connects; a socket's placeholder is filled in here, where it is known. */
function specOf({ clients }: Scenario, name: string, { socket }: Target): ClientSpec {
  const { path, ...spec } = clients[name] ?? {}
  return path === '<socket>' ? { ...spec, path: socket } : { ...spec, path }
}

type Context = {
  readonly scenario: Scenario
  readonly target: Target
  readonly upstreams: Readonly<Record<string, SeenUpstream>>
  readonly outcome: Outcome
  client(name: string): Promise<ClientConnection>
}

async function takeStep(step: Step, context: Context): Promise<void> {
  const { scenario, outcome, upstreams, target } = context
  if ('waitMs' in step) await delay(step.waitMs)
  else if ('until' in step) {
    const { upstream, requests = 0, connections = 0 } = step.until
    const end = performance.now() + untilMaxMs
    const seen = upstreams[upstream]
    while (seen !== undefined && (seen.requests.length < requests || seen.connections < connections)) {
      if (performance.now() > end) {
        throw new Error(`upstream ${upstream} has ${seen.requests.length} requests, ${seen.connections} connections`)
      }
      await delay(5)
    }
  } else if ('repeat' in step) await repeat(step, context)
  else if ('h2' in step) {
    const opened = await openClient(target.port, specOf(scenario, step.on, target), target.certificates)
    if (opened.handshake !== undefined) outcome.tls[step.on] = opened.handshake
    outcome.responses.push(...(await h2Requests(opened, step.h2, answerMaxMs)))
  } else if ('frames' in step) outcome.responses.push(await exchangeFrames(await context.client(step.on), step))
  else if ('move' in step) {
    moveFiles(target.folder, step.move)
    await untilHeard(target.adminPort, step.heard)
  } else if ('mount' in step) {
    mountFiles(target.folder, step.mount)
    await untilHeard(target.adminPort, step.heard)
  } else if ('heard' in step) await untilHeard(target.adminPort, step.heard)
  else if ('write' in step) writeFiles(target.folder, step.write)
  else if ('admin' in step) {
    const admin = await ClientConnection.open(target.adminPort)
    admin.write(requestText(step.admin, 'localhost', { connection: 'close' }, undefined))
    outcome.responses.push(await admin.receive('GET', answerMaxMs))
    admin.close()
  } else await takeClientStep(step, await context.client(step.on), outcome)
}

async function takeClientStep(
  step: Exclude<Extract<Step, { on: string }>, { h2: unknown } | { frames: unknown }>,
  client: ClientConnection,
  outcome: Outcome,
): Promise<void> {
  if ('request' in step) {
    client.write(requestText(step.request, step.host, step.headers ?? {}, step.body))
    outcome.responses.push(await client.receive(step.request.split(' ')[0] ?? '', answerMaxMs))
  } else if ('send' in step) client.write(bytesOf(step.send))
  else if ('client' in step) client.act(step.client)
  else if (step.receive === 'response')
    outcome.responses.push(await client.receive(step.method, step.withinMs ?? answerMaxMs))
  else if (step.receive === 'close') await client.closed(step.withinMs ?? receiveMaxMs)
  else outcome.responses.push(await client.receiveText(step.receive.text, step.withinMs ?? receiveMaxMs))
}

const parallel = 4

async function repeat(step: Extract<Step, { repeat: number }>, { target, outcome }: Context): Promise<void> {
  let left = step.repeat
  const text = requestText(step.request, 'test', step.headers ?? {}, undefined)
  const worker = async () => {
    const client = await ClientConnection.open(target.port)
    while (left-- > 0) {
      client.write(text)
      const response = await client.receive(step.request.split(' ')[0] ?? '', answerMaxMs)
      const seen = typeof response === 'string' || !('status' in response) ? 'none' : tallied(step.tally, response)
      outcome.tally[seen] = (outcome.tally[seen] ?? 0) + 1
      if (typeof response === 'string') break
    }
    client.close()
  }
  await Promise.all(Array.from({ length: parallel }, worker))
}

function tallied(
  tally: Extract<Step, { repeat: number }>['tally'],
  response: { status: number; body: string; headers: readonly (readonly [string, string])[] },
): string {
  if (tally === 'status') return String(response.status)
  if (tally === 'body') return response.body
  return response.headers.find(([name]) => name === tally.header)?.[1] ?? 'none'
}

/** "GET /path" or "GET /path HTTP/1.0", whole and correct. */
function requestText(
  line: string,
  host: string | null,
  headers: Fields,
  body: Parameters<typeof bytesOf>[0] | undefined,
): string {
  const start = /HTTP\/1\.\d$/.test(line) ? line : `${line} HTTP/1.1`
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers)
  const text = body === undefined ? '' : bytesOf(body)
  const lines = [
    ...(host === null ? [] : [`host: ${host}`]),
    ...pairs.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`content-length: ${text.length}`]),
  ]
  return `${start}\r\n${lines.map((each) => `${each}\r\n`).join('')}\r\n${text}`
}
