import type { OriginVerdict } from '@heddle/engine/csrf/csrf-policy'
import { newChangeCounts } from './change-counts.ts'
import { CompressionCounts } from './compression-counts.ts'
import { ConnectionTally, TcpTally } from './connection-tally.ts'
import { GrpcTallies } from './grpc-counts.ts'
import { HistogramCell } from './histogram-cell.ts'
import { newInspectionCounts } from './inspection-counts.ts'
import { PolicyTallies } from './policy-tallies.ts'
import { newTlsCounts, type TlsCounts } from './tls-counts.ts'
import { VirtualClusterCounts } from './virtual-cluster-counts.ts'

/** Connections of one listener, by what became of them. */
export type ListenerCounts = {
  total: number
  active: number
  /** Beyond the listener's own limit, and beyond the process's. */
  overflows: number
  globalOverflows: number
  /** Cut off because the overload manager asked for it. */
  overloadRejects: number
  noChain: number
  /** Clients that said nothing until `listener_filters_timeout` was over, and those that are waited for now. */
  inspectionTimeouts: number
  inspected: number
  /** Handshakes that took longer than they may. */
  handshakeTimeouts: number
  secretsNotReady: number
  readonly tls: TlsCounts
  /** Milliseconds. */
  readonly length: HistogramCell
}

/** Requests that a local rate limit looked at, by what became of them. */
export type LocalLimitCounts = { enabled: number; ok: number; limited: number; enforced: number; shadowed: number }

/** Faults that one HTTP chain has injected, and those that were too many beside others. */
export type FaultCounts = { aborts: number; delays: number; slowed: number; overflows: number }

/** Entries that a log service was to get: taken and not, and by whether they arrived. */
export type LogServiceCounts = { written: number; dropped: number; flushed: number; failed: number }

/** Requests with an `origin`, by whether it may read the answer. */
export type CorsCounts = { valid: number; invalid: number }

/** Redirects that the proxy might have followed itself and left to the client, by what was in the way. */
export type RedirectCounts = {
  badLocation: number
  unsafeScheme: number
  tooMany: number
  noRoute: number
  predicate: number
}

/** Connections about which a rate limit service was asked, by what came of it. */
export type AskedConnectionCounts = {
  total: number
  /** It is waited for its answer. */
  active: number
  ok: number
  over: number
  errors: number
  cut: number
  passedOnError: number
}

/** Connections that a network RBAC filter looked at. */
export type NetworkRbacCounts = {
  readonly statPrefix: string
  readonly shadowStatPrefix: string
  allowed: number
  denied: number
  shadowAllowed: number
  shadowDenied: number
}

/** What the configuration in force, and what still finishes under an earlier one, is counted by. */
export type CountedNames = {
  readonly listeners: ReadonlySet<string>
  /** `stat_prefix` of chains. */
  readonly http: ReadonlySet<string>
  readonly tcp: ReadonlySet<string>
  /** By virtual host. */
  readonly virtualClusters: ReadonlyMap<string, ReadonlySet<string>>
}

/** The prefixes that filters have of their own may be many: beyond these the oldest one is forgotten. */
const prefixesMax = 2000

/** What is counted of connections, by listener and by the `stat_prefix` of what serves them; it outlives them. */
export class TrafficCounts {
  readonly listeners = new Map<string, ListenerCounts>()
  readonly http = new Map<string, ConnectionTally>()
  readonly tcp = new Map<string, TcpTally>()
  readonly inspections = newInspectionCounts()
  readonly changes = newChangeCounts()

  /** By the limits' own `stat_prefix`. */
  readonly localLimits = new Map<string, LocalLimitCounts>()
  /** By the `stat_prefix` of their HTTP chain. */
  readonly faults = new Map<string, FaultCounts>()
  /** Origins of browsers, by the same. */
  readonly cors = new Map<string, CorsCounts>()
  /** By the `stat_prefix` of their HTTP chain. */
  readonly redirects = new Map<string, RedirectCounts>()
  /** Calls of gRPC, where a filter counts them. */
  readonly grpc = new GrpcTallies()
  readonly grpcWeb = new GrpcTallies()
  /** Requests that change something, by where they come from. */
  readonly csrf = new Map<string, Record<OriginVerdict, number>>()
  readonly basicAuth = new Map<string, { allowed: number; denied: number }>()
  /** Metadata that was not to be written over. */
  readonly metadataDenied = new Map<string, number>()
  /** By the `stat_prefix` of their HTTP chain. */
  readonly compression = new Map<string, CompressionCounts>()
  /** By the kind of service, and the prefix that its configuration gives it. */
  readonly logServices = new Map<string, LogServiceCounts>()
  /** By virtual host and name. */
  readonly virtualClusters = new Map<string, VirtualClusterCounts>()
  /** Requests that fell under limits which have a name. */
  readonly limits = new PolicyTallies()
  /** Connections that were closed because there were too many of them: new ones in a time, here or by a service, and open ones. */
  readonly connectionRates = new Map<string, { limited: number }>()
  readonly askedConnections = new Map<string, AskedConnectionCounts>()
  readonly openLimits = new Map<string, { active: number; limited: number }>()
  /** By the filters' own `stat_prefix` and that of their shadow rules. */
  readonly networkRbacs = new Map<string, NetworkRbacCounts>()

  listener(name: string): ListenerCounts {
    return madeOnce(this.listeners, name, newListenerCounts)
  }

  httpChain(statPrefix: string): ConnectionTally {
    return madeOnce(this.http, statPrefix, () => new ConnectionTally())
  }

  tcpChain(statPrefix: string): TcpTally {
    return madeOnce(this.tcp, statPrefix, () => new TcpTally())
  }

  /**
   * What has left the configuration takes its counts along, as in Envoy: names may come and go as long as the proxy runs. A prefix whose
   * connections are still open keeps them, or it would not know of them when it comes again.
   */
  forgetAllBut({ listeners, http, tcp, virtualClusters }: CountedNames): void {
    keepOnly(this.listeners, listeners)
    keepOpen(this.tcp, tcp)
    keepOpen(this.http, http)
    const { faults, cors, csrf, redirects, metadataDenied, compression } = this
    for (const ofChains of [faults, cors, csrf, redirects, metadataDenied, compression]) {
      keepOnly(ofChains, http)
    }
    for (const [key, { virtualHost, name }] of this.virtualClusters) {
      if (virtualClusters.get(virtualHost)?.has(name) !== true) this.virtualClusters.delete(key)
    }
  }

  localLimit(statPrefix: string): LocalLimitCounts {
    return madeOnceOfMany(this.localLimits, statPrefix, newLocalLimitCounts)
  }

  logService(prefix: string): LogServiceCounts {
    return madeOnceOfMany(this.logServices, prefix, () => ({ written: 0, dropped: 0, flushed: 0, failed: 0 }))
  }

  corsOf(statPrefix: string): CorsCounts {
    return madeOnce(this.cors, statPrefix, () => ({ valid: 0, invalid: 0 }))
  }

  virtualCluster(virtualHost: string, name: string): VirtualClusterCounts {
    return madeOnce(this.virtualClusters, `${virtualHost}\n${name}`, () => new VirtualClusterCounts(virtualHost, name))
  }

  csrfOf(statPrefix: string): Record<OriginVerdict, number> {
    return madeOnce(this.csrf, statPrefix, () => ({ missing: 0, invalid: 0, valid: 0 }))
  }

  basicAuthOf(statPrefix: string): { allowed: number; denied: number } {
    return madeOnce(this.basicAuth, statPrefix, () => ({ allowed: 0, denied: 0 }))
  }

  redirectsOf(statPrefix: string): RedirectCounts {
    return madeOnce(this.redirects, statPrefix, newRedirectCounts)
  }

  compressionOf(statPrefix: string): CompressionCounts {
    return madeOnce(this.compression, statPrefix, () => new CompressionCounts())
  }

  faultsOf(statPrefix: string): FaultCounts {
    return madeOnce(this.faults, statPrefix, newFaultCounts)
  }

  connectionRate(statPrefix: string): { limited: number } {
    return madeOnceOfMany(this.connectionRates, statPrefix, () => ({ limited: 0 }))
  }

  askedConnectionsOf(statPrefix: string): AskedConnectionCounts {
    return madeOnce(this.askedConnections, statPrefix, () => ({
      total: 0,
      active: 0,
      ok: 0,
      over: 0,
      errors: 0,
      cut: 0,
      passedOnError: 0,
    }))
  }

  openLimit(statPrefix: string): { active: number; limited: number } {
    return madeOnceOfMany(this.openLimits, statPrefix, () => ({ active: 0, limited: 0 }))
  }

  networkRbac(statPrefix: string, shadowStatPrefix: string): NetworkRbacCounts {
    return madeOnceOfMany(this.networkRbacs, `${statPrefix}\n${shadowStatPrefix}`, () => ({
      statPrefix,
      shadowStatPrefix,
      allowed: 0,
      denied: 0,
      shadowAllowed: 0,
      shadowDenied: 0,
    }))
  }
}

function newFaultCounts(): FaultCounts {
  return { aborts: 0, delays: 0, slowed: 0, overflows: 0 }
}

export function newRedirectCounts(): RedirectCounts {
  return { badLocation: 0, unsafeScheme: 0, tooMany: 0, noRoute: 0, predicate: 0 }
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
    overloadRejects: 0,
    noChain: 0,
    inspectionTimeouts: 0,
    inspected: 0,
    handshakeTimeouts: 0,
    secretsNotReady: 0,
    tls: newTlsCounts(),
    length: new HistogramCell(),
  }
}

function keepOnly(all: Map<string, unknown>, names: ReadonlySet<string>): void {
  for (const name of all.keys()) if (!names.has(name)) all.delete(name)
}

function keepOpen(all: Map<string, ConnectionTally>, names: ReadonlySet<string>): void {
  for (const [name, { active }] of all) if (!names.has(name) && active === 0) all.delete(name)
}

function madeOnce<Value>(all: Map<string, Value>, key: string, make: () => Value): Value {
  let value = all.get(key)
  if (value === undefined) {
    value = make()
    all.set(key, value)
  }
  return value
}

function madeOnceOfMany<Value>(all: Map<string, Value>, key: string, make: () => Value): Value {
  if (all.size < prefixesMax || all.has(key)) return madeOnce(all, key, make)
  for (const oldest of all.keys()) {
    all.delete(oldest)
    break
  }
  return madeOnce(all, key, make)
}
