import type { PolicyObject } from '@heddle/shared/model/any-object'
import type { AuthorizationPolicy } from '@heddle/shared/model/authorization-policy'
import type { DestinationRule } from '@heddle/shared/model/destination-rule'
import type { FaultInjection } from '@heddle/shared/model/fault-injection'
import type { HttpRoute } from '@heddle/shared/model/http-route'
import type { RateLimit } from '@heddle/shared/model/rate-limit'
import type { Service } from '@heddle/shared/model/service'
import { parseServiceHost } from '@heddle/shared/model/service-host'
import { type CatalogIndex, indexCatalog, serviceKey } from '../catalog/catalog-index.ts'
import { faultExpiry } from './fault-window.ts'
import type { MeshConfig, PolicyVersion } from './mesh-config.ts'

/** A mesh configuration, ready for look-ups. Keys are "<namespace>/<name>" of Services. */
export type MeshView = {
  readonly config: MeshConfig
  readonly catalog: CatalogIndex
  /** Ordered by namespace and name, so that lists made from them always have one order. */
  readonly services: readonly Service[]
  readonly routesByParent: ReadonlyMap<string, readonly PolicyVersion<HttpRoute>[]>
  readonly ruleByHost: ReadonlyMap<string, PolicyVersion<DestinationRule>>
  /** Faults that are not over. */
  readonly faultsByTarget: ReadonlyMap<string, readonly PolicyVersion<FaultInjection>[]>
  readonly limitsByTarget: ReadonlyMap<string, readonly PolicyVersion<RateLimit>[]>
  readonly authorization: readonly PolicyVersion<AuthorizationPolicy>[]
}

const views = new WeakMap<MeshConfig, MeshView>()

/** The view of a configuration, built once. */
export function viewOf(config: MeshConfig): MeshView {
  const known = views.get(config)
  if (known) return known
  const view = build(config)
  views.set(config, view)
  return view
}

function build(config: MeshConfig): MeshView {
  const policies = [...config.policies].sort(byAge)
  const routesByParent = new Map<string, PolicyVersion<HttpRoute>[]>()
  for (const route of ofKind(policies, 'HTTPRoute')) {
    const { metadata, spec } = route.object
    const parents = new Set(spec.parentRefs.map((ref) => serviceKey(ref.namespace ?? metadata.namespace, ref.name)))
    for (const key of parents) append(routesByParent, key, route)
  }
  const ruleByHost = new Map<string, PolicyVersion<DestinationRule>>()
  for (const rule of ofKind(policies, 'DestinationRule')) {
    const { metadata, spec } = rule.object
    const host = parseServiceHost(spec.host, metadata.namespace)
    // Only the namespace of a service says how it is called; the older of two rules stands.
    if (host?.namespace !== metadata.namespace) continue
    const key = serviceKey(host.namespace, host.name)
    if (!ruleByHost.has(key)) ruleByHost.set(key, rule)
  }
  const faultsByTarget = new Map<string, PolicyVersion<FaultInjection>[]>()
  for (const fault of ofKind(policies, 'FaultInjection')) {
    if (faultExpiry(fault) <= config.now) continue
    append(faultsByTarget, serviceKey(fault.object.metadata.namespace, fault.object.spec.targetRef.name), fault)
  }
  const limitsByTarget = new Map<string, PolicyVersion<RateLimit>[]>()
  for (const limit of ofKind(policies, 'RateLimit')) {
    append(limitsByTarget, serviceKey(limit.object.metadata.namespace, limit.object.spec.targetRef.name), limit)
  }
  return {
    config,
    catalog: indexCatalog(config.catalog),
    services: [...config.catalog.services].sort((a, b) => compare(keyOf(a), keyOf(b))),
    routesByParent,
    ruleByHost,
    faultsByTarget,
    limitsByTarget,
    authorization: [...ofKind(policies, 'AuthorizationPolicy')],
  }
}

function* ofKind<Kind extends PolicyObject['kind']>(
  policies: readonly PolicyVersion[],
  kind: Kind,
): Iterable<PolicyVersion<Extract<PolicyObject, { kind: Kind }>>> {
  for (const policy of policies) {
    // The check on the kind is what makes the narrower type true.
    if (policy.object.kind === kind) yield policy as PolicyVersion<Extract<PolicyObject, { kind: Kind }>>
  }
}

/** Oldest first, then by name: the order in which equal claims are decided (Gateway API). */
function byAge(a: PolicyVersion, b: PolicyVersion): number {
  return a.createdRevision - b.createdRevision || compare(nameOf(a), nameOf(b))
}

function nameOf({ object }: PolicyVersion): string {
  return `${object.metadata.namespace}/${object.metadata.name}/${object.kind}`
}

function keyOf(service: Service): string {
  return serviceKey(service.metadata.namespace, service.metadata.name)
}

/** By code unit: a locale must not change bytes. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
