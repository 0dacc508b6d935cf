import type { ObjectSummary } from '@heddle/shared/api/objects'
import type { PolicyObject } from '@heddle/shared/model/any-object'
import { isConnected, type KnownProxy } from '../proxies/known-proxy.ts'
import { type InboundPolicies, inboundPolicies } from '../snapshot/inbound-policies.ts'
import type { MeshConfig } from '../snapshot/mesh-config.ts'
import { type MeshView, viewOf } from '../snapshot/mesh-view.ts'
import type { PolicyHits } from './policy-hits.ts'
import type { SignalStore } from './signal-store.ts'

export type PolicyUse = Pick<ObjectSummary, 'hitsLastHour' | 'hitsSince' | 'hitsAreAtLeast'>

type Sources = {
  readonly mesh: MeshConfig
  readonly proxies: readonly KnownProxy[]
  readonly signals: SignalStore
  readonly policies: PolicyHits
}

const hourSeconds = 3600

/**
 * How many requests met a policy in the last hour. A number is only said when a proxy that the policy concerns counts: then
 * none is none. Where others that it concerns do not count, it is told as the least.
 */
export function policyUse({ mesh, proxies, signals, policies }: Sources): (policy: PolicyObject) => PolicyUse {
  const view = viewOf(mesh)
  const concernedBy = concerned(view, proxies.filter(isConnected))
  const now = signals.now()
  const isShort = signals.startedAt > now - hourSeconds + 60
  return (policy) => {
    const requests = policies.lastHour(metAs(view, policy), now)
    const all = concernedBy(policy)
    const counting = all.filter((proxy) => counts(proxy, policy, signals))
    if (counting.length === 0 && requests === 0) return {}
    return {
      hitsLastHour: requests,
      ...(isShort ? { hitsSince: new Date(signals.startedAt * 1000).toISOString() } : {}),
      ...(counting.length < all.length ? { hitsAreAtLeast: true } : {}),
    }
  }
}

/** A DestinationRule is met by every call to its service. */
function metAs(view: MeshView, { kind, metadata }: PolicyObject): string {
  const own = `${metadata.namespace}/${metadata.name}`
  if (kind !== 'DestinationRule') return `${kind}/${own}`
  for (const [service, { object }] of view.ruleByHost) {
    if (object.metadata.namespace === metadata.namespace && object.metadata.name === metadata.name)
      return `Service/${service}`
  }
  return `DestinationRule/${own}`
}

function concerned(view: MeshView, proxies: readonly KnownProxy[]): (policy: PolicyObject) => readonly KnownProxy[] {
  const callers = proxies.filter(({ proxy }) => proxy.dialect !== 'grpc' && proxy.outbound !== undefined)
  // Instances of one workload have one list.
  const lists = new Map<string, InboundPolicies>()
  const listOf = ({ proxy }: KnownProxy) => {
    const key = `${proxy.namespace} ${JSON.stringify(proxy.labels)}`
    const known = lists.get(key) ?? inboundPolicies(view, proxy)
    lists.set(key, known)
    return known
  }
  const called = proxies
    .filter(({ proxy }) => proxy.inbound.length > 0)
    .map((proxy) => ({ proxy, list: listOf(proxy) }))
  return (policy) => {
    if (policy.kind === 'HTTPRoute' || policy.kind === 'DestinationRule') return callers
    const isOn = ({ authorization, faults, limits }: InboundPolicies) =>
      [...authorization, ...faults, ...limits].some(
        ({ object: { kind, metadata } }) =>
          kind === policy.kind &&
          metadata.namespace === policy.metadata.namespace &&
          metadata.name === policy.metadata.name,
      )
    return called.filter(({ list }) => isOn(list)).map(({ proxy }) => proxy)
  }
}

/** Our own proxies count everything, and report each second. An Envoy says less, and only when there are requests. */
function counts({ proxy, isElsewhere }: KnownProxy, policy: PolicyObject, signals: SignalStore): boolean {
  // Counted here, whoever asks.
  if (policy.kind === 'RateLimit' && policy.spec.scope === 'Mesh') return proxy.rateLimitCluster !== undefined
  if (proxy.dialect === 'heddle') return signals.isReporting(proxy.nodeId)
  const isTold = policy.kind !== 'AuthorizationPolicy' && policy.kind !== 'RateLimit'
  return isTold && proxy.telemetryCluster !== undefined && !isElsewhere
}
