import type { HttpExchange } from '../exchange/http-exchange.ts'
import { HistogramCell } from './histogram-cell.ts'

/** One series of requests: its labels, and what is counted for them. */
export type RequestSeries = {
  readonly labels: Readonly<Record<string, string>>
  /** Made once: `{a="b",…}` as Prometheus text has it. */
  readonly labelText: string
  requests: number
  requestBytes: number
  responseBytes: number
  readonly duration: HistogramCell
  /** Requests at the last sweep, and for how many sweeps there were none. */
  swept: number
  idleSweeps: number
  /** Forgotten by a sweep: who still holds it counts where nobody looks. */
  isForgotten: boolean
}

/** What the last request of a connection was counted in, and by what; the next one is nearly always the same. */
type SeriesMemo = {
  readonly series: RequestSeries
  readonly owner: RequestMetrics
  readonly listener: HttpExchange['listener']
  readonly config: HttpExchange['config']
  readonly endpoint: HttpExchange['endpoint']
  readonly cluster: HttpExchange['cluster']
  readonly caller: string | undefined
  readonly status: number
  readonly flags: string
  readonly grpcStatus: string
}

export type Party = {
  readonly workload: string
  readonly namespace: string
  readonly service: string
}

export const unknownParty: Party = { workload: 'unknown', namespace: 'unknown', service: 'unknown' }

/** Who reports, from the bootstrap's node. */
export type Reporter = {
  readonly workload: string
  readonly namespace: string
  readonly service: string
  readonly version: string
}

/** Beyond this many series, requests are counted in one series for all others: labels must not fill memory. */
const seriesMax = 2000
const idleSweepsMax = 10

/**
 * Istio's request metrics as cells. A request costs one look-up with a short text key that is put together from what
 * the exchange holds; the labels are made once per series.
 */
export class RequestMetrics {
  private readonly series = new Map<string, RequestSeries>()
  private readonly reporter: Reporter

  constructor(reporter: Reporter) {
    this.reporter = reporter
  }

  all(): IterableIterator<RequestSeries> {
    return this.series.values()
  }

  record(exchange: HttpExchange): void {
    const series = this.rememberedSeries(exchange) ?? this.seriesOf(exchange)
    series.requests++
    series.requestBytes += exchange.requestBytes
    series.responseBytes += exchange.responseBytes
    series.duration.record(exchange.durationMs)
  }

  /** By comparing what it was found with: putting a key together costs more than all of this. */
  private rememberedSeries(exchange: HttpExchange): RequestSeries | undefined {
    const memo = exchange.seriesMemo as SeriesMemo | undefined // written below only
    return memo !== undefined &&
      memo.status === exchange.status &&
      memo.endpoint === exchange.endpoint &&
      memo.cluster === exchange.cluster &&
      memo.config === exchange.config &&
      memo.listener === exchange.listener &&
      memo.flags === exchange.flags &&
      memo.grpcStatus === exchange.grpcStatus &&
      memo.owner === this &&
      !memo.series.isForgotten &&
      memo.caller === exchange.headers.get(callerHeader)
      ? memo.series
      : undefined
  }

  private remember(exchange: HttpExchange, series: RequestSeries): void {
    const { listener, config, endpoint, cluster, status, flags, grpcStatus } = exchange
    const caller = exchange.headers.get(callerHeader)
    // A denial is counted by the policy that decided; the protocol of the first request names the series.
    const memo: SeriesMemo = {
      series,
      owner: this,
      listener,
      config,
      endpoint,
      cluster,
      caller,
      status,
      flags,
      grpcStatus,
    }
    exchange.seriesMemo = status === 403 ? undefined : memo
  }

  private seriesOf(exchange: HttpExchange): RequestSeries {
    const series = this.findSeries(exchange)
    this.remember(exchange, series)
    return series
  }

  private findSeries(exchange: HttpExchange): RequestSeries {
    const { listener, status, flags, grpcStatus, config } = exchange
    const peer = listener.direction === 'inbound' ? peerName(exchange) : destinationKey(exchange)
    const policy = deniedBy(exchange)
    const key = `${listener.direction}|${peer}|${status}|${flags}|${grpcStatus}|${config.revision}|${policy}`
    const known = this.series.get(key)
    if (known !== undefined) return known
    const isOverflow = this.series.size >= seriesMax
    const overflow = this.series.get('overflow')
    if (isOverflow && overflow !== undefined) return overflow
    const labels = isOverflow ? { reporter: 'overflow' } : this.labelsOf(exchange)
    const made: RequestSeries = {
      labels,
      labelText: labelText(labels),
      requests: 0,
      requestBytes: 0,
      responseBytes: 0,
      duration: new HistogramCell(),
      swept: 0,
      idleSweeps: 0,
      isForgotten: false,
    }
    this.series.set(isOverflow ? 'overflow' : key, made)
    return made
  }

  /** Forgets series that have not moved for ten sweeps: each revision brings new ones. */
  sweep(): void {
    for (const [key, series] of this.series) {
      series.idleSweeps = series.requests === series.swept ? series.idleSweeps + 1 : 0
      series.swept = series.requests
      if (series.idleSweeps < idleSweepsMax) continue
      series.isForgotten = true
      this.series.delete(key)
    }
  }

  /** Who asked whom, as this side knows it. */
  partiesOf(exchange: HttpExchange): {
    readonly reporter: 'source' | 'destination'
    readonly source: Party
    readonly destination: Party & { readonly version: string }
  } {
    const isInbound = exchange.listener.direction === 'inbound'
    return {
      reporter: isInbound ? 'destination' : 'source',
      source: isInbound ? splitPeer(peerName(exchange)) : this.reporter,
      destination: isInbound ? this.reporter : destinationOf(exchange),
    }
  }

  private labelsOf(exchange: HttpExchange): Record<string, string> {
    const { reporter, source, destination } = this.partiesOf(exchange)
    return {
      reporter,
      source_workload: source.workload,
      source_workload_namespace: source.namespace,
      source_canonical_service: source.service,
      destination_workload: destination.workload,
      destination_workload_namespace: destination.namespace,
      destination_service_name: destination.service,
      destination_service_namespace: destination.namespace,
      destination_version: destination.version,
      request_protocol: exchange.isGrpc ? 'grpc' : 'http',
      response_code: String(exchange.status),
      response_flags: exchange.flags === '' ? '-' : exchange.flags,
      grpc_response_status: exchange.grpcStatus,
      connection_security_policy: exchange.peer.principal === undefined ? 'none' : 'mutual_tls',
      config_revision: exchange.config.revision,
      matched_policy: deniedBy(exchange),
    }
  }
}

/** The policy that denied it; "" when none did: a workload may answer 403 too. */
function deniedBy({ status, details, matchedPolicy }: HttpExchange): string {
  if (status !== 403 || !details.startsWith('rbac_access_denied')) return ''
  return matchedPolicy === '' ? 'none' : matchedPolicy
}

const callerHeader = 'x-envoy-downstream-service-cluster'

/** The caller as its sidecar named it; unverified until certificates say it, so it labels and never decides. */
function peerName(exchange: HttpExchange): string {
  const name = exchange.headers.get(callerHeader) ?? ''
  return name.length <= 128 && /^[a-z0-9.-]+$/.test(name) ? name : ''
}

function splitPeer(name: string): Party {
  if (name === '') return unknownParty
  const dot = name.lastIndexOf('.')
  const service = dot < 0 ? name : name.slice(0, dot)
  return { workload: service, namespace: dot < 0 ? 'default' : name.slice(dot + 1), service }
}

function destinationKey({ endpoint, cluster, choice }: HttpExchange): string {
  return endpoint?.workload === undefined
    ? (cluster?.name ?? choice?.cluster ?? '')
    : `${endpoint.workload.namespace}/${endpoint.workload.name}`
}

/** Whom an endpoint, or else its cluster, stands for. */
export function destinationOf({
  endpoint,
  cluster,
}: Pick<HttpExchange, 'endpoint' | 'cluster'>): Party & { readonly version: string } {
  const workload = endpoint?.workload
  if (workload !== undefined) {
    return {
      workload: workload.name,
      namespace: workload.namespace,
      service: workload.service,
      version: workload.version,
    }
  }
  const service = cluster?.service
  return {
    workload: 'unknown',
    namespace: service?.namespace ?? 'unknown',
    service: service?.name ?? 'unknown',
    version: 'unknown',
  }
}

export function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (each) => (each === '\n' ? '\\n' : `\\${each}`))}"`,
  )
  return `{${pairs.join(',')}}`
}
