import { HistogramCell } from '../counts/histogram-cell.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'

/**
 * What ended a request: an upstream's or a filter's answer, one from the route, or another request that its redirect led to; of
 * health checks there is no more to tell.
 */
export type RequestEnd =
  | 'forwarded'
  | 'redirected'
  | 'route'
  | 'not-routed'
  | 'before-router'
  | 'health-check'
  | 'health-forwarded'

/** Requests that ended alike on one HTTP chain, as Envoy's `http.<stat_prefix>` counts them. */
export type HttpTally = {
  readonly listener: string
  readonly statPrefix: string
  readonly status: number
  readonly flags: string
  readonly end: RequestEnd
  readonly isHttp2: boolean
  /** It was answered and never whole itself: the rest of it was left unread. */
  readonly isOvertaken: boolean
  readonly cutBy: HttpExchange['cutBy']
  requests: number
  readonly duration: HistogramCell
}

/** The same of one cluster. */
export type ClusterTally = {
  readonly cluster: string
  readonly status: number
  readonly flags: string
  requests: number
  readonly duration: HistogramCell
}

/** What there is now. */
export type InForce = {
  hasCluster(name: string): boolean
  hasListener(name: string): boolean
  /** By its `stat_prefix`. */
  hasChain(statPrefix: string): boolean
}

/** In the place of listeners that are not there any more. */
const gone = ''

/** Requests by how they ended. Bounded by the configuration: nothing in a key comes from a client. */
export class RequestTallies {
  private readonly byHttp = new Map<string, HttpTally>()
  private readonly byCluster = new Map<string, ClusterTally>()

  get http(): Iterable<HttpTally> {
    return this.byHttp.values()
  }

  get clusters(): Iterable<ClusterTally> {
    return this.byCluster.values()
  }

  httpTallyOf(exchange: HttpExchange, end: RequestEnd): HttpTally {
    const { listener, chain, status, flags, majorVersion, cutBy } = exchange
    const where = { listener: listener.name, statPrefix: chain.statPrefix }
    const isHttp2 = majorVersion === 2
    return this.httpTally({ ...where, status, flags, end, isHttp2, isOvertaken: isOvertaken(exchange), cutBy })
  }

  /** Undefined: it had no cluster, or was no traffic, or its answer was nobody's, as Envoy counts. */
  clusterTallyOf(exchange: HttpExchange): ClusterTally | undefined {
    const { cluster, status, flags, isHealthCheck } = exchange
    if (cluster === undefined || isHealthCheck || wasRedirected(exchange)) return undefined
    const key = `${cluster.name}|${status}|${flags}`
    let tally = this.byCluster.get(key)
    if (tally === undefined) {
      tally = { cluster: cluster.name, status, flags, requests: 0, duration: new HistogramCell() }
      this.byCluster.set(key, tally)
    }
    return tally
  }

  /** What is gone takes its counts along; those of a chain's prefix stay while another listener has it too. */
  forget({ hasCluster, hasListener, hasChain }: InForce): void {
    for (const [key, { cluster }] of this.byCluster) if (!hasCluster(cluster)) this.byCluster.delete(key)
    for (const [key, tally] of this.byHttp) {
      const isKept = tally.listener === gone ? hasChain(tally.statPrefix) : hasListener(tally.listener)
      if (isKept) continue
      this.byHttp.delete(key)
      if (tally.listener === gone || !hasChain(tally.statPrefix)) continue
      const { requests, duration, ...like } = tally
      const sum = this.httpTally({ ...like, listener: gone })
      sum.requests += requests
      sum.duration.add(duration)
    }
  }

  private httpTally(like: Omit<HttpTally, 'requests' | 'duration'>): HttpTally {
    const { listener, statPrefix, status, flags, end, isHttp2, isOvertaken, cutBy } = like
    const key = `${listener}|${statPrefix}|${status}|${flags}|${end}|${isHttp2}|${isOvertaken}|${cutBy}`
    let tally = this.byHttp.get(key)
    if (tally === undefined) {
      tally = { ...like, requests: 0, duration: new HistogramCell() }
      this.byHttp.set(key, tally)
    }
    return tally
  }
}

/** Its answer had begun, and it was over before it had come whole. */
export function isOvertaken({ requestMs, status }: HttpExchange): boolean {
  return requestMs < 0 && status !== 0
}

/** Where a request came to its end. */
export function requestEndOf(exchange: HttpExchange): RequestEnd {
  const { cluster, details, isHealthCheck } = exchange
  if (isHealthCheck) return cluster === undefined ? 'health-check' : 'health-forwarded'
  if (wasRedirected(exchange)) return 'redirected'
  if (cluster !== undefined) return 'forwarded'
  switch (details) {
    case 'direct_response':
      return 'route'
    case 'route_not_found':
    case 'cluster_not_found':
      return 'not-routed'
    default:
      return 'before-router'
  }
}

/** The proxy followed its redirect (`exchange/follow-redirect.ts`). */
function wasRedirected({ redirects, details }: HttpExchange): boolean {
  return redirects !== undefined && details === 'internal_redirect'
}
