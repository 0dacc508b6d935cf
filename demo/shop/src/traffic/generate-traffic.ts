import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { pickJourney, type Step } from './journeys.ts'

export type TrafficOptions = {
  /** "host:port" of the shop's entry points, taken in turn. */
  readonly targets: readonly string[]
  /** Journeys begun per second on average; a slow daily-like wave of ±25 % lies on it. */
  readonly journeysPerSecond: number
  readonly signal: AbortSignal
}

/** Sends visitors until the signal. Open loop: a slow shop does not slow the visitors down, up to 200 at once. */
export async function generateTraffic({ targets, journeysPerSecond, signal }: TrafficOptions): Promise<TrafficTotals> {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 })
  const totals: TrafficTotals = { journeys: 0, requests: 0, failures: 0 }
  let inFlight = 0
  let visitor = 0
  const started = Date.now()

  const visit = async () => {
    inFlight++
    const target = targets[visitor % targets.length] as string // targets is not empty
    const id = `v${(visitor++ % 4000).toString(36)}`
    try {
      for (const step of pickJourney(Math.random).steps(id, Math.random)) {
        if (signal.aborted) return
        totals.requests++
        if (!(await send(agent, target, step))) totals.failures++
      }
      totals.journeys++
    } finally {
      inFlight--
    }
  }

  while (!signal.aborted) {
    if (inFlight < 200) void visit()
    const wave = 1 + 0.25 * Math.sin((2 * Math.PI * (Date.now() - started)) / 120_000)
    // Exponential gaps: arrivals are a Poisson process, as visitors are.
    const gapMs = (-Math.log(1 - Math.random()) * 1000) / (journeysPerSecond * wave)
    await delay(Math.min(gapMs, 2000), undefined, { signal }).catch(() => undefined)
  }
  agent.destroy()
  return totals
}

export type TrafficTotals = { journeys: number; requests: number; failures: number }

/** True when the answer is below 500. */
function send(agent: Agent, target: string, { method, path, body }: Step): Promise<boolean> {
  const colon = target.lastIndexOf(':')
  const text = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((resolve) => {
    const outgoing = request(
      {
        agent,
        host: target.slice(0, colon),
        port: Number(target.slice(colon + 1)),
        method,
        path,
        timeout: 20_000,
        headers: {
          host: 'web.shop',
          'user-agent': 'shop-visitor/1.0',
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        },
      },
      (response) => {
        response.resume()
        response.on('error', () => resolve(false))
        response.on('end', () => resolve((response.statusCode ?? 500) < 500))
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error('timed out')))
    outgoing.on('error', () => resolve(false))
    outgoing.end(text)
  })
}
