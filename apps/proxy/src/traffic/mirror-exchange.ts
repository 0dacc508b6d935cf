import { clusterNamedBy } from '@heddle/engine/route/cluster-named-by'
import type { ForwardAction, MirrorPolicy } from '@heddle/engine/route/forward-action'
import { isAmong } from '@heddle/engine/runtime/runtime-values'
import { nowMs } from '../clock/event-clock.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { RequestCopy } from '../exchange/request-copy.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { tellTry } from '../exchange/tell-try.ts'
import { NO_BODY } from '../message/body-framing.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import { SentCopies } from './sent-copies.ts'
import { SentCopy } from './sent-copy.ts'

/** What may wait for a mirror, where its cluster says nothing. */
const waitingBytesMax = 1024 * 1024

/**
 * Copies a request to one endpoint of each cluster that the route mirrors to, as it comes: answers are dropped, nothing is
 * retried, and the client never waits. Undefined: nothing more of the request is wanted.
 */
export function mirrorExchange(
  exchange: HttpExchange,
  action: ForwardAction,
  runtime: Runtime,
): RequestCopy | undefined {
  const mirrors = action.mirrors.filter(({ share }) => isAmong(runtime.values(), share, runtime.random))
  const targets = mirrors.flatMap((mirror) => {
    const cluster = runtime.cluster(mirror.cluster || clusterNamedBy(exchange, mirror.clusterHeader))
    return cluster === undefined ? [] : [{ cluster, host: hostOf(exchange.host, mirror) }]
  })
  if (targets.length === 0) return undefined
  // A copy is told what the first try is; the headers may still say what the request that was redirected here was told.
  tellTry(exchange, action, 1, exchange.startedMs)
  const timeoutMs = action.timeoutMs > 0 ? action.timeoutMs : 15_000
  const copies = targets.flatMap(({ cluster, host }) => {
    const headers = exchange.headers.copy()
    headers.set('host', host)
    return startCopy(exchange, headers, cluster, timeoutMs, runtime) ?? []
  })
  if (exchange.requestFraming !== NO_BODY) return new SentCopies(copies)
  for (const copy of copies) copy.end(undefined)
  return undefined
}

function startCopy(
  { method, target, requestFraming, requestLength, connection }: HttpExchange,
  headers: HeaderBlock,
  cluster: ClusterState,
  timeoutMs: number,
  runtime: Runtime,
): SentCopy | undefined {
  const endpoint = cluster.pick(nowMs(), [])
  if (endpoint === undefined || endpoint.cluster.breaker.isFull(endpoint.pools.usual)) {
    cluster.totals.mirrorsDropped++
    return undefined
  }
  const head = { method, target, headers, framing: requestFraming, contentLength: requestLength }
  const limits = { timeoutMs, waitingBytesMax: cluster.config.bufferBytesMax ?? waitingBytesMax }
  return new SentCopy(head, cluster, endpoint, { connection }, limits, runtime)
}

/** "-shadow" goes before any port. */
function hostOf(host: string, { suffixHost }: MirrorPolicy): string {
  if (!suffixHost) return host
  const port = /:\d+$/.exec(host)?.[0] ?? ''
  return `${host.slice(0, host.length - port.length)}-shadow${port}`
}
