import { NO_BODY } from '../exchange/body-framing.ts'
import { HeaderBlock } from '../exchange/header-block.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { UpstreamEvents, UpstreamPort } from '../exchange/upstream-port.ts'
import { UpstreamTry } from '../exchange/upstream-try.ts'
import type { Runtime } from './runtime.ts'
import { newTimer } from './timer-wheel.ts'

const mirrorTimeoutMs = 15_000

/**
 * Sends a copy of a request to one endpoint of another cluster and forgets it: the answer is dropped, nothing is
 * retried, and the client never waits for it. Requests with a body are mirrored without it only when they have none.
 */
export function mirrorExchange(
  exchange: HttpExchange,
  clusterName: string,
  suffixHost: boolean,
  runtime: Runtime,
): void {
  const cluster = runtime.cluster(clusterName)
  if (cluster === undefined || exchange.requestFraming !== NO_BODY) return
  const endpoint = cluster.pick(performance.now(), runtime.random, [])
  if (endpoint === undefined || cluster.isFull(endpoint)) return

  const headers = new HeaderBlock()
  for (let index = 0; index < exchange.headers.count; index++) {
    headers.append(exchange.headers.names[index] as string, exchange.headers.values[index] as string) // in range
  }
  headers.set('host', suffixHost ? shadowHost(exchange.host) : exchange.host)
  const { method, target } = exchange
  const attempt = new UpstreamTry(cluster, endpoint, false)
  const timer = newTimer(() => attempt.abandon())
  const end = () => {
    runtime.wheel.clear(timer)
    attempt.end()
  }
  const events: UpstreamEvents = {
    onUpstreamReady(port: UpstreamPort) {
      attempt.port = port
      attempt.connecting = undefined
      port.sendHead(method, target, headers, NO_BODY, 0)
      port.sendEnd(undefined)
    },
    onUpstreamFailed: end,
    onInterim: () => undefined,
    onResponse: () => undefined,
    onResponseData: () => undefined,
    onResponseEnd: end,
    onUpstreamDrained: () => undefined,
    onUpgraded: () => attempt.abandon(),
  }
  runtime.wheel.set(timer, mirrorTimeoutMs)
  attempt.connecting = endpoint.pool.acquire(events, performance.now())
}

/** "-shadow" goes before any port. */
function shadowHost(host: string): string {
  const port = /:\d+$/.exec(host)?.[0] ?? ''
  return `${host.slice(0, host.length - port.length)}-shadow${port}`
}
