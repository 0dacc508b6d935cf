import type { ProxySummary } from '@heddle/shared/api/proxies'
import { workloadNameLabel } from '@heddle/shared/model/workload-entry'
import type { Workload } from '../catalog/catalog.ts'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import type { AdsEvents } from '../xds/ads-events.ts'
import type { ResourceType } from '../xds/resource-type.ts'

/** A sidecar that is gone keeps its place among the endpoints for this long: most come back at once. */
const graceMs = 5000

type Known = {
  proxy: ProxyDescription
  agent: string
  streams: number
  since: Date
  lastSeen: Date
  target: number
  acked: number | undefined
  nack: { type: ResourceType; detail: string; at: Date } | undefined
  lastType: ResourceType | undefined
}

/** The proxies that are or were connected lately: what they run, and the endpoints that they stand for. */
export class ProxyRegistry {
  private readonly known = new Map<string, Known>()
  private readonly onWorkloads: (workloads: readonly Workload[]) => void
  private readonly onSynced: () => void

  constructor(onWorkloads: (workloads: readonly Workload[]) => void, onSynced: () => void) {
    this.onWorkloads = onWorkloads
    this.onSynced = onSynced
  }

  readonly events: AdsEvents = {
    onConnected: (proxy, agent) => {
      const before = this.known.get(proxy.nodeId)
      const now = new Date()
      this.known.set(proxy.nodeId, {
        proxy,
        agent: `${agent}`,
        streams: (before?.streams ?? 0) + 1,
        since: now,
        lastSeen: now,
        target: before?.target ?? 0,
        acked: before?.acked,
        nack: undefined,
        lastType: undefined,
      })
      // Only a coming or going changes the endpoints.
      if (before === undefined) this.publish()
    },
    onDisconnected: (proxy) => {
      const known = this.known.get(proxy.nodeId)
      if (known === undefined) return
      known.streams--
      known.lastSeen = new Date()
      setTimeout(() => {
        const now = this.known.get(proxy.nodeId)
        if (now !== known || now.streams > 0) return
        this.known.delete(proxy.nodeId)
        this.publish()
      }, graceMs).unref()
    },
    onSent: (proxy, type, revision) => {
      this.update(proxy, (known) => {
        known.target = revision
        known.lastType = type
      })
    },
    onAck: (proxy) => this.update(proxy, () => undefined),
    onNack: (proxy, type, _revision, detail) => {
      this.update(proxy, (known) => {
        known.nack = { type, detail, at: new Date() }
      })
    },
    onInSync: (proxy, revision) => {
      this.update(proxy, (known) => {
        known.target = revision
        known.acked = revision
        known.nack = undefined
      })
      this.onSynced()
    },
  }

  list(): ProxySummary[] {
    return [...this.known.values()].map((known) => {
      const { proxy, nack } = known
      return {
        id: proxy.nodeId,
        service: proxy.service,
        namespace: proxy.namespace,
        workload: proxy.workload,
        version: proxy.labels.version ?? '',
        address: proxy.instanceIps[0] ?? '',
        zone: proxy.locality.zone,
        agent: known.agent,
        dialect: proxy.dialect,
        isConnected: known.streams > 0,
        ...(known.streams > 0 ? { connectedSince: known.since.toISOString() } : {}),
        lastSeenAt: known.lastSeen.toISOString(),
        targetRevision: known.target,
        ...(known.acked === undefined ? {} : { ackedRevision: known.acked }),
        state: stateOf(known),
        ...(nack === undefined ? {} : { nack: { typeUrl: nack.type, detail: nack.detail, at: nack.at.toISOString() } }),
      }
    })
  }

  descriptions(): ProxyDescription[] {
    return [...this.known.values()].map(({ proxy }) => proxy)
  }

  /** Whether every connected proxy has acknowledged the revision. */
  isEverywhere(revision: number): boolean {
    const connected = [...this.known.values()].filter(({ streams }) => streams > 0)
    return connected.every(({ acked }) => acked !== undefined && acked >= revision)
  }

  private update(proxy: ProxyDescription, change: (known: Known) => void): void {
    const known = this.known.get(proxy.nodeId)
    if (known === undefined) return
    known.lastSeen = new Date()
    change(known)
  }

  /** Sorted, so that the same proxies give the same catalog. */
  private publish(): void {
    const proxies = [...this.known.values()].map(({ proxy }) => proxy).sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1))
    this.onWorkloads(proxies.filter(({ inbound }) => inbound.length > 0).flatMap(workloadsOf))
  }
}

function stateOf({ streams, nack, acked, target }: Known): ProxySummary['state'] {
  if (streams <= 0) return 'disconnected'
  if (nack !== undefined) return 'rejected'
  return acked === target ? 'acked' : 'sent'
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
