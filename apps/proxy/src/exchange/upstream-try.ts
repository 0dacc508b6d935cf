import { nowMs } from '../clock/event-clock.ts'
import type { CircuitBreaker } from '../cluster/circuit-breaker.ts'
import type { ClusterTotals } from '../cluster/cluster-totals.ts'
import type { EndpointOwner, EndpointState } from '../cluster/endpoint-state.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { PendingConnect, UpstreamPort } from '../message/upstream-port.ts'
import { noCount, WireCount } from '../message/wire-count.ts'

/** The cluster that a route names: what its tries come to. */
export type NamedCluster = { readonly totals: ClusterTotals }

/** Hears how a try went, where its cluster measures that. */
export type TryWitness = {
  /** All of the request's time was over: how much of its own the try took says nothing. */
  isCutShort: boolean
  /** The head of its answer, as the endpoint sent it. */
  answered(headers: HeaderBlock): void
  /** The try is over. `wasSent`: it had a connection. */
  end(wasSent: boolean): void
  /** The answer is here whole, or the time for it is over. */
  requestOver(): void
}

/** One try of a request at one endpoint. Gives back what it took, once, however it ends. */
export class UpstreamTry {
  /** Whose endpoint it is. */
  readonly cluster: EndpointOwner
  /** The one that the route names: another when that is an aggregate cluster, whose retries and timeouts are its own. */
  readonly named: NamedCluster
  readonly endpoint: EndpointState
  readonly isRetry: boolean
  private readonly breaker: CircuitBreaker
  port: UpstreamPort | undefined
  connecting: PendingConnect | undefined
  readonly startedMs: number
  /** When it got its connection; −1 until then. */
  readyMs = -1
  /** The one before it, of the same request. */
  readonly before: UpstreamTry | undefined
  /** Of one that is over before the exchange is: its connection may serve another by the time that somebody asks. */
  private kept: { readonly sent: WireCount; readonly received: WireCount } | undefined
  /** It had its time and goes on beside a later one: nothing of it is tried again. */
  isHedged = false
  /** Its answer has told the endpoint's load. */
  hasReported = false
  /** Undefined: its cluster measures nothing. */
  measure: TryWitness | undefined
  private isOpen = true

  constructor(
    named: NamedCluster,
    breaker: CircuitBreaker,
    endpoint: EndpointState,
    isRetry: boolean,
    nowMs: number,
    before: UpstreamTry | undefined,
  ) {
    const { cluster } = endpoint
    this.startedMs = nowMs
    this.before = before
    this.named = named
    this.cluster = cluster
    this.breaker = breaker
    this.endpoint = endpoint
    this.isRetry = isRetry
    cluster.totals.requests++
    endpoint.active++
    endpoint.pending++
    if (isRetry) named.totals.retries++
  }

  /** It has a connection: from now on it counts against the limit of requests. */
  take(port: UpstreamPort): void {
    this.port = port
    this.readyMs = nowMs()
    this.connecting = undefined
    this.breaker.counts.requests++
    this.endpoint.pending--
    this.endpoint.counts.requests++
    this.cluster.recordConnected(this.endpoint)
  }

  /** The try is over and its connection is dealt with by the codec. */
  end(): void {
    if (!this.isOpen) return
    this.isOpen = false
    if (this.port === undefined) {
      this.cluster.totals.unsent++
      this.endpoint.pending--
    } else this.breaker.counts.requests--
    this.endpoint.active--
    this.measure?.end(this.port !== undefined)
  }

  get sent(): WireCount {
    return this.kept?.sent ?? this.port?.sent ?? noCount
  }

  get received(): WireCount {
    return this.kept?.received ?? this.port?.received ?? noCount
  }

  keepCounts(): void {
    const { port } = this
    if (port === undefined || this.kept !== undefined) return
    this.kept = { sent: new WireCount(), received: new WireCount() }
    this.kept.sent.add(port.sent)
    this.kept.received.add(port.received)
  }

  /** Its time is over: the request's, its own, or that of its silence. */
  countTimeout(which: 'timeouts' | 'tryTimeouts' | 'tryIdleTimeouts'): void {
    this.named.totals[which]++
    this.endpoint.counts.timeouts++
    if (which === 'timeouts' && this.measure !== undefined) this.measure.isCutShort = true
  }

  /** It has failed. */
  fail(): void {
    this.keepCounts()
    this.end()
  }

  /** Ends it before its answer is complete: nothing of it may reach anybody any more. */
  abandon(): void {
    // Its port serves another by then.
    if (!this.isOpen) return
    this.connecting?.cancel()
    this.keepCounts()
    this.port?.abandon()
    this.end()
  }
}
