import { HistogramCell } from '../counts/histogram-cell.ts'
import { PolicyTallies, type PolicyTally } from '../counts/policy-tallies.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { grpcStatusLabel } from '../format/grpc-status-text.ts'
import { destinationOf, type Parties, type Party, partyLabels, type Reporter, unknownParty } from './party.ts'
import {
  type ClusterTally,
  type HttpTally,
  type InForce,
  isOvertaken,
  type RequestEnd,
  RequestTallies,
  requestEndOf,
} from './request-tally.ts'
import { type LabelledSeries, SeriesTable } from './series-table.ts'

/** One series of requests: its labels, and what is counted for them. */
export type RequestSeries = LabelledSeries & {
  requests: number
  requestBytes: number
  responseBytes: number
  readonly duration: HistogramCell
  /** Requests at the last sweep, and for how many sweeps there were none. */
  swept: number
  idleSweeps: number
  isForgotten: boolean
}

/**
 * What a request is counted in while it ends: requests that are alike in every respect that anybody asks for. From here the
 * numbers are moved on whenever somebody looks, so that one request costs one cell and not one for each view.
 */
type RequestCell = {
  requests: number
  requestBytes: number
  responseBytes: number
  readonly duration: HistogramCell
  readonly series: RequestSeries
  readonly http: HttpTally
  readonly cluster: ClusterTally | undefined
  readonly policies: readonly PolicyTally[]
  /** For how many sweeps there was no request. */
  idleSweeps: number
  isForgotten: boolean
}

/** What the last request of a connection was counted in, and by what; the next one is nearly always the same. Connections share it. */
type CellMemo = {
  readonly cell: RequestCell
  readonly owner: RequestMetrics
  readonly listener: HttpExchange['listener']
  readonly config: HttpExchange['config']
  readonly endpoint: HttpExchange['endpoint']
  readonly cluster: HttpExchange['cluster']
  readonly route: HttpExchange['route']
  readonly caller: string | undefined
  readonly matchedPolicy: string
  readonly status: number
  readonly flags: string
  readonly grpcStatus: string
  readonly isOvertaken: boolean
  readonly cutBy: HttpExchange['cutBy']
}

/** Of gRPC; the answer itself is a 200. */
const permissionDenied = '7'
const seriesMax = 2000
const idleSweepsMax = 10

/**
 * Istio's request metrics, and Envoy's counts of the same requests, as cells. A request costs one look-up with a short text
 * key that is put together from what the exchange holds; the labels are made once per series.
 */
export class RequestMetrics {
  private readonly series = new SeriesTable<RequestSeries>(seriesMax, (labelled) => ({
    ...labelled,
    requests: 0,
    requestBytes: 0,
    responseBytes: 0,
    duration: new HistogramCell(),
    swept: 0,
    idleSweeps: 0,
    isForgotten: false,
  }))
  private readonly cells = new Map<string, RequestCell>()
  /** By their configuration, which nothing that is only remembered may keep. */
  private readonly memos = new WeakMap<HttpExchange['config'], WeakMap<RequestCell, CellMemo>>()
  private readonly counted = new RequestTallies()
  /** What of the configuration requests met; limits count there by themselves. */
  private readonly met = new PolicyTallies()
  private readonly reporter: Reporter

  constructor(reporter: Reporter) {
    this.reporter = reporter
  }

  /** Every series, up to date. */
  all(): IterableIterator<RequestSeries> {
    this.settle()
    return this.series.all()
  }

  /** The same requests as Envoy counts them, up to date. */
  tallies(): RequestTallies {
    this.settle()
    return this.counted
  }

  /** What of the configuration they met, up to date. */
  policies(): PolicyTallies {
    this.settle()
    return this.met
  }

  record(exchange: HttpExchange): void {
    const cell = this.rememberedCell(exchange) ?? this.cellOf(exchange)
    cell.requests++
    cell.requestBytes += exchange.requestBytes
    cell.responseBytes += exchange.responseBytes
    cell.duration.record(exchange.durationMs)
  }

  /** By comparing what it was found with: putting a key together costs more than all of this. */
  private rememberedCell(exchange: HttpExchange): RequestCell | undefined {
    const memo = exchange.seriesMemo as CellMemo | undefined // written below only
    return memo !== undefined &&
      exchange.actedOnBy === '' &&
      exchange.redirects === undefined &&
      memo.owner === this &&
      !memo.cell.isForgotten &&
      isLike(memo, exchange)
      ? memo.cell
      : undefined
  }

  private cellOf(exchange: HttpExchange): RequestCell {
    const cell = this.findCell(exchange)
    const { status, grpcStatus, actedOnBy, isHealthCheck, redirects } = exchange
    // What looks like a denial, or was acted on, is counted by the policy that decided.
    const isPlain = status !== 403 && grpcStatus !== permissionDenied && actedOnBy === ''
    const isUsual = isPlain && !isHealthCheck && redirects === undefined
    exchange.seriesMemo = isUsual ? this.memoOf(cell, exchange) : undefined
    return cell
  }

  /** One for all connections that ask alike: one for each is what thousands of them leave behind that ask now and then. */
  private memoOf(cell: RequestCell, exchange: HttpExchange): CellMemo {
    const { listener, config, endpoint, cluster, route, matchedPolicy, status, flags, grpcStatus, cutBy } = exchange
    const memos = this.memos.get(config) ?? new WeakMap<RequestCell, CellMemo>()
    const known = memos.get(cell)
    if (known !== undefined && isLike(known, exchange)) return known
    // The protocol of the first request names the series.
    const memo: CellMemo = {
      cell,
      owner: this,
      listener,
      config,
      endpoint,
      cluster,
      route,
      caller: exchange.headers.get(callerHeader),
      matchedPolicy,
      status,
      flags,
      grpcStatus,
      isOvertaken: isOvertaken(exchange),
      cutBy,
    }
    memos.set(cell, memo)
    this.memos.set(config, memos)
    return memo
  }

  private findCell(exchange: HttpExchange): RequestCell {
    const { listener, status, flags, grpcStatus, config, chain, cluster, route, matchedPolicy, majorVersion } = exchange
    const peer = listener.direction === 'inbound' ? peerName(exchange) : destinationKey(exchange)
    const policy = decidedBy(exchange)
    const end: RequestEnd = requestEndOf(exchange)
    const grpc = grpcStatusLabel(grpcStatus)
    const labelKey = `${listener.direction}|${peer}|${status}|${flags}|${grpc}|${config.revision}|${policy}`
    const series = this.series.get(labelKey, () => this.labelsOf(exchange))
    // One that found no room shares its cells too: what a client calls itself must not make any.
    const seriesKey = series.labels.reporter === 'overflow' ? `overflow|${status}|${flags}` : labelKey
    const met = `${cluster?.name}|${route?.name}|${matchedPolicy}`
    const key = `${seriesKey}|${listener.name}|${chain.statPrefix}|${met}|${end}|${majorVersion}|${isOvertaken(exchange)}|${exchange.cutBy}`
    const known = this.cells.get(key)
    if (known !== undefined) return known
    const made: RequestCell = {
      requests: 0,
      requestBytes: 0,
      responseBytes: 0,
      duration: new HistogramCell(),
      series,
      http: this.counted.httpTallyOf(exchange, end),
      cluster: this.counted.clusterTallyOf(exchange),
      policies: this.met.of(exchange),
      idleSweeps: 0,
      isForgotten: false,
    }
    this.cells.set(key, made)
    return made
  }

  /** Moves what was counted since the last time to where it is read. */
  private settle(): void {
    for (const cell of this.cells.values()) {
      if (cell.requests === 0) continue
      cell.idleSweeps = 0
      const { series, http, cluster, requests, duration } = cell
      series.requests += requests
      series.requestBytes += cell.requestBytes
      series.responseBytes += cell.responseBytes
      series.duration.add(duration)
      http.requests += requests
      http.duration.add(duration)
      if (cluster !== undefined) {
        cluster.requests += requests
        cluster.duration.add(duration)
      }
      for (const policy of cell.policies) policy.requests += requests
      cell.requests = 0
      cell.requestBytes = 0
      cell.responseBytes = 0
      duration.clear()
    }
  }

  /** Forgets series that have not moved for ten sweeps: each revision brings new ones. */
  sweep(): void {
    this.settle()
    this.series.forgetWhere((series) => {
      series.idleSweeps = series.requests === series.swept ? series.idleSweeps + 1 : 0
      series.swept = series.requests
      series.isForgotten = series.idleSweeps >= idleSweepsMax
      return series.isForgotten
    })
    this.forgetCells((cell) => cell.series.isForgotten || cell.idleSweeps++ >= idleSweepsMax)
    this.met.keepOnly(new Set([...this.cells.values()].flatMap(({ policies }) => policies)))
  }

  /** A cluster or a listener that is gone takes its counts along; should its name come again, it begins with nothing. */
  forget(inForce: InForce): void {
    this.settle()
    this.counted.forget(inForce)
    this.forgetCells(
      ({ http, cluster }) =>
        !inForce.hasListener(http.listener) || (cluster !== undefined && !inForce.hasCluster(cluster.cluster)),
    )
  }

  private forgetCells(isSpent: (cell: RequestCell) => boolean): void {
    for (const [key, cell] of this.cells) {
      if (!isSpent(cell)) continue
      // Connections remember it.
      cell.isForgotten = true
      this.cells.delete(key)
    }
  }

  partiesOf(exchange: HttpExchange): Parties {
    const isInbound = exchange.listener.direction === 'inbound'
    return {
      reporter: isInbound ? 'destination' : 'source',
      source: isInbound ? splitPeer(peerName(exchange)) : this.reporter,
      destination: isInbound ? this.reporter : destinationOf(exchange),
    }
  }

  private labelsOf(exchange: HttpExchange): Record<string, string> {
    return {
      ...partyLabels(this.partiesOf(exchange)),
      request_protocol: exchange.isGrpc ? 'grpc' : 'http',
      response_code: String(exchange.status),
      response_flags: exchange.flags === '' ? '-' : exchange.flags,
      grpc_response_status: grpcStatusLabel(exchange.grpcStatus),
      connection_security_policy: exchange.peer.principal === undefined ? 'none' : 'mutual_tls',
      config_revision: exchange.config.revision,
      matched_policy: decidedBy(exchange),
    }
  }
}

/** Whether an exchange has all that a memo was found with. */
function isLike(memo: CellMemo, exchange: HttpExchange): boolean {
  return (
    memo.status === exchange.status &&
    memo.endpoint === exchange.endpoint &&
    memo.cluster === exchange.cluster &&
    memo.config === exchange.config &&
    memo.listener === exchange.listener &&
    memo.flags === exchange.flags &&
    memo.isOvertaken === isOvertaken(exchange) &&
    memo.cutBy === exchange.cutBy &&
    memo.grpcStatus === exchange.grpcStatus &&
    memo.route === exchange.route &&
    memo.matchedPolicy === exchange.matchedPolicy &&
    memo.caller === exchange.headers.get(callerHeader)
  )
}

/** The policy that denied it or acted on it; "" when none did: a workload may answer 403 too. */
function decidedBy({ details, matchedPolicy, actedOnBy }: HttpExchange): string {
  if (!details.startsWith('rbac_access_denied')) return actedOnBy
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
