import { HistogramCell } from '../telemetry/histogram-cell.ts'
import { ConnectionTally } from './connection-tally.ts'

/** Connections of one listener, by what became of them. */
export type ListenerCounts = {
  total: number
  active: number
  /** Beyond the listener's own limit, and beyond the process's. */
  overflows: number
  globalOverflows: number
  noChain: number
  handshakes: number
  handshakeFailures: number
  secretsNotReady: number
  /** Milliseconds. */
  readonly length: HistogramCell
}

/** Requests that a local rate limit looked at, by what became of them. */
export type LocalLimitCounts = { enabled: number; ok: number; limited: number; enforced: number; shadowed: number }

/** What is counted of connections, by listener and by the `stat_prefix` of what serves them; it outlives them. */
export class TrafficCounts {
  readonly listeners = new Map<string, ListenerCounts>()
  readonly http = new Map<string, ConnectionTally>()
  readonly tcp = new Map<string, ConnectionTally>()

  /** By the limits' own `stat_prefix`. */
  readonly localLimits = new Map<string, LocalLimitCounts>()
  /** Connections that were closed for their number. */
  readonly connectionLimits = new Map<string, { limited: number }>()

  listener(name: string): ListenerCounts {
    return madeOnce(this.listeners, name, newListenerCounts)
  }

  httpChain(statPrefix: string): ConnectionTally {
    return madeOnce(this.http, statPrefix, () => new ConnectionTally())
  }

  tcpChain(statPrefix: string): ConnectionTally {
    return madeOnce(this.tcp, statPrefix, () => new ConnectionTally())
  }

  localLimit(statPrefix: string): LocalLimitCounts {
    return madeOnce(this.localLimits, statPrefix, newLocalLimitCounts)
  }

  connectionLimit(statPrefix: string): { limited: number } {
    return madeOnce(this.connectionLimits, statPrefix, () => ({ limited: 0 }))
  }
}

function newLocalLimitCounts(): LocalLimitCounts {
  return { enabled: 0, ok: 0, limited: 0, enforced: 0, shadowed: 0 }
}

function newListenerCounts(): ListenerCounts {
  return {
    total: 0,
    active: 0,
    overflows: 0,
    globalOverflows: 0,
    noChain: 0,
    handshakes: 0,
    handshakeFailures: 0,
    secretsNotReady: 0,
    length: new HistogramCell(),
  }
}

function madeOnce<Value>(all: Map<string, Value>, key: string, make: () => Value): Value {
  let value = all.get(key)
  if (value === undefined) {
    value = make()
    all.set(key, value)
  }
  return value
}
