import type { ProxySummary } from '@heddle/shared/api/proxies'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import { type ResourceType, typeUrlOf } from '../xds/resource-type.ts'

/** A refusal. */
export type Nack = {
  readonly type: ResourceType
  readonly detail: string
  readonly at: Date
  /** What it was told to run. */
  readonly revision: number
}

/** How far one type is. */
export type TypeProgress = { sentAt: Date | undefined; ackedAt: Date | undefined; nack: string | undefined }

/** A proxy that is connected to some replica, or was a moment ago. */
export type KnownProxy = {
  readonly proxy: ProxyDescription
  readonly agent: string
  /** Streams to this replica. gRPC clients may have several. */
  streams: number
  /** Connected to another replica, as that one says. */
  isElsewhere: boolean
  since: Date
  lastSeen: Date
  target: number
  acked: number | undefined
  nack: Nack | undefined
  readonly nacks: Nack[]
  readonly types: Map<ResourceType, TypeProgress>
}

export function isConnected({ streams, isElsewhere }: KnownProxy): boolean {
  return streams > 0 || isElsewhere
}

/** How a list shows it. `assigned`: the revision that it is to run. */
export function proxySummary(known: KnownProxy, assigned: number): ProxySummary {
  const { proxy, nack, acked } = known
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
    isConnected: isConnected(known),
    ...(isConnected(known) ? { connectedSince: known.since.toISOString() } : {}),
    lastSeenAt: known.lastSeen.toISOString(),
    targetRevision: assigned,
    ...(acked === undefined ? {} : { ackedRevision: acked }),
    state: stateOf(known, assigned),
    ...(nack === undefined ? {} : { nack: shownNack(nack) }),
  }
}

export function shownNack({ type, detail, at }: Nack) {
  return { typeUrl: typeUrlOf[type], detail, at: at.toISOString() }
}

/** `stale`: what it was told is older than what it is to run. */
function stateOf(known: KnownProxy, assigned: number): ProxySummary['state'] {
  if (!isConnected(known)) return 'disconnected'
  if (known.nack !== undefined) return 'rejected'
  if (known.acked === assigned) return 'acked'
  return known.target === assigned ? 'sent' : 'stale'
}
