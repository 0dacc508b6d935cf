import type { ProxySummary } from '@heddle/shared/api/proxies'
import { workloadNameLabel } from '@heddle/shared/model/workload-entry'
import type { Workload } from '../catalog/catalog.ts'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import type { AdsEvents } from '../xds/ads-events.ts'
import type { ResourceType } from '../xds/resource-type.ts'
import { isConnected, type KnownProxy, type Nack, proxySummary, type TypeProgress } from './known-proxy.ts'
import { sameDescription } from './same-description.ts'
import type { ToldProxy } from './shared-proxy.ts'

/** A sidecar that is gone keeps its place among the endpoints for this long: most come back at once. */
const graceMs = 5000
/**
 * After a restart of ours, or when the network was away, they come back one by one: an Envoy waits for up to half a minute
 * between two attempts, and ours do. Who is told before that that the others are gone finds no healthy upstream.
 */
const expectMs = 60_000
/** So many are more than a mesh of one or two that somebody ends. */
const lostMin = 3
/** Thousands that leave together are counted once. */
const lookMs = 100
const nacksMax = 20
const proxiesMax = 20_000
/** Each coming and going is a new catalog, and so a new snapshot for every proxy. */
const crowd = 50
const crowdMs = 1000

export type RegistryOptions = {
  readonly onWorkloads: (workloads: readonly Workload[]) => void
  /** A proxy acknowledged, refused, came or went. */
  readonly onProgress: () => void
  /** A stream was not taken. */
  readonly onRefused?: (proxyId: string, reason: string) => void
  /** The revision that a proxy is to run. */
  readonly assigned: (proxyId: string) => number
}

/** The proxies that are or were connected lately: what they run, and the endpoints that they stand for. */
export class ProxyRegistry {
  private readonly known = new Map<string, KnownProxy>()
  private readonly options: RegistryOptions
  private publishTimer: NodeJS.Timeout | undefined
  private publishedAt = Number.NEGATIVE_INFINITY
  private lookedAt = Number.NEGATIVE_INFINITY
  private hasLost = false

  constructor(options: RegistryOptions) {
    this.options = options
  }

  readonly events: AdsEvents = {
    onConnected: (proxy, agent) => {
      const before = this.known.get(proxy.nodeId)
      const refusal = this.whyNotTaken(before, proxy)
      if (refusal !== undefined) {
        this.options.onRefused?.(proxy.nodeId, refusal)
        return refusal
      }
      const now = new Date()
      this.known.set(proxy.nodeId, {
        proxy,
        agent,
        streams: (before?.streams ?? 0) + 1,
        isElsewhere: false,
        since: now,
        lastSeen: now,
        target: before?.target ?? 0,
        acked: before?.acked,
        nack: undefined,
        nacks: before?.nacks ?? [],
        types: new Map(),
      })
      // Only a coming or going changes the endpoints.
      if (before === undefined || !sameDescription(before.proxy, proxy)) this.publish()
      this.options.onProgress()
      return undefined
    },
    onDisconnected: (proxy) => {
      const known = this.known.get(proxy.nodeId)
      if (known === undefined) return
      known.streams--
      known.lastSeen = new Date()
      this.forgetAfter(known, graceMs)
    },
    onSent: (proxy, type, revision) => {
      this.update(proxy, (known) => {
        known.target = revision
        progressOf(known, type).sentAt = new Date()
      })
    },
    onAck: (proxy, type) => {
      this.update(proxy, (known) => {
        const progress = progressOf(known, type)
        progress.ackedAt = new Date()
        progress.nack = undefined
      })
    },
    onNack: (proxy, type, revision, detail) => {
      this.update(proxy, (known) => {
        known.nack = { type, detail, at: new Date(), revision }
        known.nacks.unshift(known.nack)
        known.nacks.length = Math.min(known.nacks.length, nacksMax)
        progressOf(known, type).nack = detail
      })
      this.options.onProgress()
    },
    onInSync: (proxy, revision) => {
      this.update(proxy, (known) => {
        known.target = revision
        known.acked = revision
        known.nack = undefined
      })
      this.options.onProgress()
    },
  }

  /** Proxies that were connected before a restart: they count as there, not connected, until they have had time. */
  expect(proxies: readonly ToldProxy[]): void {
    const now = new Date()
    for (const { proxy, agent } of proxies) {
      if (this.known.has(proxy.nodeId)) continue
      const known: KnownProxy = {
        proxy,
        agent,
        streams: 0,
        isElsewhere: false,
        since: now,
        lastSeen: now,
        target: 0,
        acked: undefined,
        nack: undefined,
        nacks: [],
        types: new Map(),
      }
      this.known.set(proxy.nodeId, known)
      this.forgetAfter(known, expectMs)
    }
    if (proxies.length > 0) this.publish()
  }

  /** All that other replicas hold now. One that nobody holds any more gets time to come back, to whichever. */
  setElsewhere(told: readonly ToldProxy[]): void {
    const there = new Set<string>()
    let hasNew = false
    for (const each of told) {
      const before = this.known.get(each.proxy.nodeId)
      // Our own stream is the newer one: the other replica has not heard yet that it lost its own.
      if (before !== undefined && before.streams > 0) continue
      there.add(each.proxy.nodeId)
      const isSame = before !== undefined && sameDescription(before.proxy, each.proxy)
      hasNew ||= !isSame
      this.known.set(each.proxy.nodeId, {
        ...each,
        // The same value as before, as it is a cache key.
        proxy: isSame ? before.proxy : each.proxy,
        streams: 0,
        isElsewhere: true,
        lastSeen: new Date(),
        nacks: withLatest(before?.nacks ?? [], each.nack),
        types: before?.types ?? new Map(),
      })
    }
    for (const known of this.known.values()) {
      if (!known.isElsewhere || there.has(known.proxy.nodeId)) continue
      known.isElsewhere = false
      this.forgetAfter(known, expectMs)
    }
    if (hasNew) this.publish()
    this.options.onProgress()
  }

  all(): readonly KnownProxy[] {
    return [...this.known.values()]
  }

  find(proxyId: string): KnownProxy | undefined {
    return this.known.get(proxyId)
  }

  list(): ProxySummary[] {
    return this.all().map((known) => proxySummary(known, this.options.assigned(known.proxy.nodeId)))
  }

  descriptions(): ProxyDescription[] {
    return this.all().map(({ proxy }) => proxy)
  }

  /**
   * Whoever takes the name of a proxy that is connected, and says something else about it, would be told what that one is to
   * run, and stand for its instances. The same again is another channel of the same client.
   */
  private whyNotTaken(before: KnownProxy | undefined, proxy: ProxyDescription): string | undefined {
    if (before !== undefined && isConnected(before) && !sameDescription(before.proxy, proxy)) {
      return `${proxy.nodeId} is connected already, and described otherwise`
    }
    if (before === undefined && this.known.size >= proxiesMax) return `there are ${proxiesMax} proxies already`
    return undefined
  }

  private forgetAfter(known: KnownProxy, ms: number): void {
    const { nodeId } = known.proxy
    setTimeout(() => {
      // One that came back is another entry, or has a stream again.
      if (this.known.get(nodeId) !== known || isConnected(known)) return
      if (ms < expectMs && this.areMostGone()) {
        this.forgetAfter(known, expectMs)
        return
      }
      this.known.delete(nodeId)
      this.publish()
      this.options.onProgress()
    }, ms).unref()
  }

  /** When most leave together it is rather we, or the network, than they: what they stand for still serves. */
  private areMostGone(): boolean {
    const now = performance.now()
    if (now - this.lookedAt > lookMs) {
      this.lookedAt = now
      const gone = this.all().filter((each) => !isConnected(each)).length
      this.hasLost = gone >= lostMin && gone * 2 > this.known.size
    }
    return this.hasLost
  }

  private update(proxy: ProxyDescription, change: (known: KnownProxy) => void): void {
    const known = this.known.get(proxy.nodeId)
    if (known === undefined) return
    known.lastSeen = new Date()
    change(known)
  }

  /** At once when things are quiet; in a crowd that comes back after a restart, once for many of them. */
  private publish(): void {
    if (this.publishTimer !== undefined) return
    const quietMs = this.known.size > crowd ? crowdMs : 0
    const due = this.publishedAt + quietMs - performance.now()
    if (due <= 0) {
      this.publishNow()
      return
    }
    this.publishTimer = setTimeout(() => {
      this.publishTimer = undefined
      this.publishNow()
    }, due)
    this.publishTimer.unref()
  }

  /** Sorted, so that the same proxies give the same catalog. */
  private publishNow(): void {
    this.publishedAt = performance.now()
    const proxies = this.descriptions().sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1))
    this.options.onWorkloads(proxies.filter(({ inbound }) => inbound.length > 0).flatMap(workloadsOf))
  }
}

/** A refusal that was told again is the same one. */
function withLatest(nacks: readonly Nack[], nack: Nack | undefined): Nack[] {
  const isKnown = nack === undefined || nacks[0]?.at.getTime() === nack.at.getTime()
  return isKnown ? [...nacks] : [nack, ...nacks].slice(0, nacksMax)
}

function progressOf({ types }: KnownProxy, type: ResourceType): TypeProgress {
  let progress = types.get(type)
  if (progress === undefined) {
    progress = { sentAt: undefined, ackedAt: undefined, nack: undefined }
    types.set(type, progress)
  }
  return progress
}

/** A sidecar registers the instance that it stands before. */
function workloadsOf(proxy: ProxyDescription): Workload[] {
  return proxy.instanceIps.map((address) => ({
    entry: {
      apiVersion: 'networking.istio.io/v1' as const,
      kind: 'WorkloadEntry' as const,
      metadata: { name: `${proxy.workload}-${address.replaceAll(/[.:]/g, '-')}`, namespace: proxy.namespace },
      spec: {
        address,
        labels: { ...proxy.labels, [workloadNameLabel]: proxy.workload },
        locality: [proxy.locality.region, proxy.locality.zone].filter(Boolean).join('/'),
        serviceAccount: proxy.serviceAccount,
      },
    },
    health: 'healthy' as const,
    isProxied: true,
  }))
}
