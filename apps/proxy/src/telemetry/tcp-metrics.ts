import type { TcpSession } from '../exchange/tcp-session.ts'
import { destinationOf, partyLabels, type Reporter, unknownParty } from './party.ts'
import { type LabelledSeries, SeriesTable } from './series-table.ts'

/** One series of TCP connections: its labels, and what is counted for them. */
export type TcpSeries = LabelledSeries & {
  opened: number
  closed: number
  /** From the client. */
  received: number
  /** To the client. */
  sent: number
  /** Everything above at the last sweep, and for how many sweeps it has not moved. */
  swept: number
  idleSweeps: number
}

type Counted = { readonly series: TcpSeries; fromClient: number; fromUpstream: number }

const seriesMax = 500
const idleSweepsMax = 10

/**
 * Istio's TCP metrics. A connection belongs to the series that it opened in until it ends; bytes are taken over from the
 * connections that last whenever somebody asks, so that passing them on costs one addition.
 */
export class TcpMetrics {
  private readonly series = new SeriesTable<TcpSeries>(seriesMax, (labelled) => ({
    ...labelled,
    opened: 0,
    closed: 0,
    received: 0,
    sent: 0,
    swept: 0,
    idleSweeps: 0,
  }))
  private readonly open = new Map<TcpSession, Counted>()
  private readonly reporter: Reporter

  constructor(reporter: Reporter) {
    this.reporter = reporter
  }

  /** Every series, up to date. */
  all(): IterableIterator<TcpSeries> {
    for (const [{ bytes }, counted] of this.open) takeBytes(counted, bytes)
    return this.series.all()
  }

  onOpen(session: TcpSession): void {
    const series = this.seriesOf(session)
    series.opened++
    this.open.set(session, { series, fromClient: 0, fromUpstream: 0 })
  }

  onEnd(session: TcpSession): void {
    const counted = this.open.get(session)
    if (counted === undefined) return
    takeBytes(counted, session.bytes)
    counted.series.closed++
    this.open.delete(session)
  }

  /** Forgets series without connections that have not moved for ten sweeps. */
  sweep(): void {
    this.series.forgetWhere((series) => {
      const { opened, closed, received, sent } = series
      const moved = opened + closed + received + sent
      series.idleSweeps = moved === series.swept && opened === closed ? series.idleSweeps + 1 : 0
      series.swept = moved
      return series.idleSweeps >= idleSweepsMax
    })
  }

  private seriesOf(session: TcpSession): TcpSeries {
    const { listener, clusterName, endpoint, flags, deniedBy, peer, revision } = session
    const to = endpoint?.workload
    const key = `${listener.direction}|${clusterName}|${to?.namespace}/${to?.name}|${flags}|${deniedBy}|${peer.principal !== undefined}|${revision}`
    return this.series.get(key, () => this.labelsOf(session))
  }

  private labelsOf(session: TcpSession): Record<string, string> {
    const isInbound = session.listener.direction === 'inbound'
    return {
      ...partyLabels({
        reporter: isInbound ? 'destination' : 'source',
        // Bytes carry no name: who calls is known from certificates only.
        source: isInbound ? unknownParty : this.reporter,
        destination: isInbound ? this.reporter : destinationOf(session),
      }),
      request_protocol: 'tcp',
      response_flags: session.flags === '' ? '-' : session.flags,
      connection_security_policy: session.peer.principal === undefined ? 'none' : 'mutual_tls',
      config_revision: session.revision,
      matched_policy: session.deniedBy,
    }
  }
}

function takeBytes(counted: Counted, bytes: TcpSession['bytes']): void {
  counted.series.received += bytes.fromClient - counted.fromClient
  counted.series.sent += bytes.fromUpstream - counted.fromUpstream
  counted.fromClient = bytes.fromClient
  counted.fromUpstream = bytes.fromUpstream
}
