import { CellRing } from './cell-ring.ts'
import { classifyRequest } from './classify-request.ts'
import { EdgeTable } from './edge-table.ts'
import type { EdgeTrack } from './edge-track.ts'
import { GaugeTrack } from './gauge-track.ts'
import type { RequestObservation } from './request-observation.ts'
import { SignalCell } from './signal-cell.ts'
import { coarseSeconds, coarseWidth, SignalTrack } from './signal-track.ts'

/** What a proxy says of itself now and then; the newest value counts. */
export type GaugeName = 'in_flight' | 'connections' | 'pending' | 'resident_bytes'

type ProxyTrack = {
  readonly track: SignalTrack
  /** What came to its workload, lately: what instances are compared by. */
  readonly inbound: CellRing
  readonly gauges: Map<GaugeName, GaugeTrack>
  seenAt: number
}

/** For how long requests are kept by instance. */
export const inboundSeconds = 60

/** Used for one observation after the other. */
const scratch = new SignalCell()

/** Names come from outside: what is beyond these is counted and dropped. */
const proxiesMax = 10_000

/**
 * What proxies reported lately, in memory: requests by edge and by proxy. Written by the receiver of telemetry; read by
 * the graph, the charts, the minute rows and the judgement of rollouts.
 */
export class SignalStore {
  private readonly edges = new EdgeTable()
  private readonly proxies = new Map<string, ProxyTrack>()
  /** Reports that arrived, requests in them or not: a second without any is a gap, not a zero. */
  private readonly presence = new SignalTrack()
  readonly startedAt: number
  /** Epoch seconds; infinity while nothing has come. */
  firstReportAt = Number.POSITIVE_INFINITY
  private readonly clock: () => number
  dropped = 0

  /** `clock` gives milliseconds since the epoch. */
  constructor(clock: () => number = Date.now) {
    this.clock = clock
    this.startedAt = Math.floor(clock() / 1000)
  }

  now(): number {
    return this.clock() / 1000
  }

  /** `second`: when the requests ended, in epoch seconds. */
  receive(proxyId: string, observations: readonly RequestObservation[], second = Math.floor(this.now())): void {
    this.firstReportAt = Math.min(this.firstReportAt, this.now())
    this.presence.write(second, (cell) => void cell.requests++)
    const proxy = this.proxyOf(proxyId)
    if (proxy !== undefined) proxy.seenAt = this.now()
    for (const observation of observations) {
      const observe = (cell: SignalCell) => cell.observe(observation)
      proxy?.track.write(second, observe)
      if (observation.reporter === 'destination') {
        scratch.clear()
        observe(scratch)
        proxy?.inbound.add(second, scratch)
      }
      const edge = this.edges.of(proxyId, observation, this.now())
      edge.track.write(second, observe)
      const { revision, requests } = observation
      if (revision === undefined || requests === 0) continue
      const { isOwnError, isInjected } = classifyRequest(observation)
      const [errors, injected] = [isOwnError ? requests : 0, isInjected ? requests : 0]
      edge.byRevision.add(second, revision, { requests, errors, injected })
    }
  }

  gauge(proxyId: string, name: GaugeName, value: number): void {
    const gauges = this.proxyOf(proxyId)?.gauges
    if (gauges === undefined) return
    let track = gauges.get(name)
    if (track === undefined) {
      track = new GaugeTrack()
      gauges.set(name, track)
    }
    track.write(this.now(), value)
  }

  /** Undefined when the proxy does not say it, or has not been heard of for ten seconds. */
  gaugeOf(proxyId: string, name: GaugeName): number | undefined {
    const proxy = this.proxies.get(proxyId)
    return proxy === undefined || proxy.seenAt < this.now() - 10 ? undefined : proxy.gauges.get(name)?.newest
  }

  /** Whether the proxy was heard of in the last ten seconds. */
  isReporting(proxyId: string): boolean {
    return (this.proxies.get(proxyId)?.seenAt ?? 0) > this.now() - 10
  }

  /** What a proxy said in [since, until); undefined when it said nothing. */
  gaugeBetween(proxyId: string, name: GaugeName, since: number, until: number): number | undefined {
    return this.proxies.get(proxyId)?.gauges.get(name)?.largest(since, until)
  }

  allEdges(): Iterable<EdgeTrack> {
    return this.edges.all()
  }

  ofProxies(proxyIds: Iterable<string>, since: number, until: number): SignalCell {
    const sum = new SignalCell()
    for (const proxyId of proxyIds) this.proxies.get(proxyId)?.track.sum(since, until, this.now(), sum)
    return sum
  }

  /** What the proxy passed to its workload in the last minute, in whole steps of five seconds. */
  inboundOf(proxyId: string): SignalCell {
    const sum = new SignalCell()
    const until = Math.floor(this.now() / coarseWidth) * coarseWidth
    this.proxies.get(proxyId)?.inbound.addTo(sum, until - inboundSeconds, until)
    return sum
  }

  /** How many reports arrived in [since, until). */
  reports(since: number, until: number): number {
    return this.presence.sum(since, until, this.now()).requests
  }

  /** Epoch seconds of the newest report; 0 for none. */
  get lastReportAt(): number {
    return this.presence.lastAt
  }

  /** Proxies that told of more edges than are kept, lately; "" stands for all together. */
  bounded(): string[] {
    return this.edges.bounded(this.now())
  }

  /** Forgets what has been silent for longer than it is kept. */
  prune(): void {
    const oldest = this.now() - coarseSeconds
    this.edges.prune(oldest)
    for (const [key, { seenAt }] of this.proxies) if (seenAt < oldest) this.proxies.delete(key)
  }

  private proxyOf(proxyId: string): ProxyTrack | undefined {
    const known = this.proxies.get(proxyId)
    if (known !== undefined) return known
    if (this.proxies.size >= proxiesMax) {
      this.dropped++
      return undefined
    }
    const made: ProxyTrack = {
      track: new SignalTrack(),
      inbound: new CellRing(coarseWidth, inboundSeconds / coarseWidth + 1),
      gauges: new Map(),
      seenAt: this.now(),
    }
    this.proxies.set(proxyId, made)
    return made
  }
}
