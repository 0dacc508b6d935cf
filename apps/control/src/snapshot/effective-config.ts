import type { ConsistentHash } from '@heddle/shared/model/consistent-hash'
import { describePolicy } from '@heddle/shared/model/describe-policy'
import { formatDuration } from '@heddle/shared/model/format-duration'
import { formatRef, refOf } from '@heddle/shared/model/object-ref'
import type { Service } from '@heddle/shared/model/service'
import { serviceKey } from '../catalog/catalog-index.ts'
import { type DestinationSettings, destinationSettings, type Outlier } from './destination-settings.ts'
import { faultExpiry } from './fault-window.ts'
import type { MeshConfig, PolicyVersion } from './mesh-config.ts'
import { type MeshView, viewOf } from './mesh-view.ts'
import type { Origin, Sourced } from './origin.ts'
import { httpPorts } from './outbound-routes.ts'
import { guardsOf } from './policy-targets.ts'
import { type RouteSettings, routeSettings } from './route-settings.ts'
import { type RouteEntry, selectRoutes } from './select-routes.ts'

/** One setting that is in force for a service, in words, with where it comes from. */
export type EffectiveValue = {
  /** "port 8080 / rule 1 of HTTPRoute payments / request timeout". */
  readonly setting: string
  readonly value: string
  /** "mesh default", or "<Kind>/<namespace>/<name>". */
  readonly origin: string
  readonly revision?: number
  /** JSON pointer of the field in the object. */
  readonly path?: string
}

/**
 * Everything that is in force for the requests to a service, as callers of its own namespace meet it.
 * Made from the same values that proxies are sent, so it cannot say something else.
 */
export function effectiveConfig(config: MeshConfig, namespace: string, name: string): EffectiveValue[] {
  const view = viewOf(config)
  const service = view.catalog.services.get(serviceKey(namespace, name))
  if (!service) return []
  return [
    ...service.spec.ports.flatMap(({ port }) => [
      ...routing(view, service, port),
      ...destination(destinationSettings(view.ruleByHost.get(serviceKey(namespace, name)), port), `port ${port}`),
    ]),
    ...limits(view, service),
    ...faults(view, service),
    ...access(view, service),
  ]
}

function routing(view: MeshView, service: Service, port: number): EffectiveValue[] {
  if (!httpPorts(service).some((candidate) => candidate.port === port)) return []
  const { own } = selectRoutes(view, service, port, service.metadata.namespace)
  if (own === undefined) {
    const prefix = `port ${port}`
    return [
      { setting: `${prefix} / backends`, value: 'all instances of the service', origin: 'mesh default' },
      ...timing(routeSettings(undefined), prefix),
    ]
  }
  // Entries stand in the order of matching; a rule is told once, where its most specific match stands.
  const rules = new Map<string, RouteEntry>()
  for (const entry of own) {
    const key = `${formatRef(refOf(entry.policy.object))}/${entry.ruleIndex}`
    if (!rules.has(key)) rules.set(key, entry)
  }
  return [...rules.values()].flatMap((entry) => {
    const prefix = `port ${port} / rule ${entry.ruleIndex + 1} of HTTPRoute ${entry.policy.object.metadata.name}`
    const isRedirect = entry.rule.filters?.some(({ type }) => type === 'RequestRedirect') ?? false
    return [
      told(`${prefix} / backends`, { value: backendsOf(entry), origin: originOf(entry, 'backendRefs') }, String),
      ...(isRedirect ? [] : timing(routeSettings(entry), prefix)),
    ]
  })
}

function backendsOf({ rule }: RouteEntry): string {
  if (rule.filters?.some(({ type }) => type === 'RequestRedirect')) return 'none: the request is redirected'
  const refs = rule.backendRefs ?? []
  const sum = refs.reduce((total, { weight = 1 }) => total + weight, 0)
  return refs
    .map(({ name, port, weight = 1 }) => `${name}:${port} ${sum === 0 ? 0 : round((weight / sum) * 100)} %`)
    .join(', ')
}

function originOf({ policy, ruleIndex }: RouteEntry, field: string): Origin {
  const path = `/spec/rules/${ruleIndex}/${field}`
  return { kind: 'policy', object: refOf(policy.object), revision: policy.revision, path }
}

function timing(settings: RouteSettings, prefix: string): EffectiveValue[] {
  const values = [
    told(`${prefix} / request timeout`, settings.requestTimeoutMs, (ms) => (ms === 0 ? 'off' : formatDuration(ms))),
    told(`${prefix} / attempt timeout`, settings.attemptTimeoutMs, (ms) =>
      ms === undefined ? 'the request timeout' : formatDuration(ms),
    ),
    told(`${prefix} / retries`, settings.retryAttempts, (attempts) => (attempts === 0 ? 'off' : String(attempts))),
  ]
  if (settings.retryAttempts.value === 0) return values
  return [
    ...values,
    told(`${prefix} / retried on`, settings.retryOn, (on) =>
      [...on.filter((word) => word !== 'retriable-status-codes'), ...settings.retryCodes.value].join(', '),
    ),
    told(`${prefix} / retry back-off`, settings.backoffBaseMs, formatDuration),
  ]
}

function destination(settings: DestinationSettings, prefix: string): EffectiveValue[] {
  const unlimited = (count: number | undefined) => (count === undefined ? 'no limit' : String(count))
  const { retriesMax } = settings
  return [
    settings.consistentHash.value === undefined
      ? told(`${prefix} / load balancer`, settings.loadBalancer, String)
      : told(`${prefix} / load balancer`, settings.consistentHash, describeHash),
    told(`${prefix} / connect timeout`, settings.connectTimeoutMs, formatDuration),
    told(`${prefix} / idle timeout`, settings.httpIdleTimeoutMs, formatDuration),
    told(`${prefix} / connections per proxy`, settings.connectionsMax, String),
    told(`${prefix} / waiting requests per proxy`, settings.pendingRequestsMax, String),
    told(`${prefix} / requests in flight per proxy`, settings.requestsMax, String),
    told(`${prefix} / requests per connection`, settings.requestsPerConnectionMax, unlimited),
    retriesMax.value === undefined
      ? told(`${prefix} / retry budget`, settings.retryBudgetPercent, (percent) => {
          return `${percent} % of the requests in flight, at least ${settings.retryConcurrencyMin.value}`
        })
      : told(`${prefix} / retries in flight per proxy`, retriesMax, String),
    told(`${prefix} / outlier detection`, settings.outlier, describeOutlier),
    told(`${prefix} / panic threshold`, settings.panicThresholdPercent, (percent) => `${percent} %`),
    told(`${prefix} / TCP keep-alive`, settings.tcpKeepalive, (keepalive) => {
      if (keepalive === undefined) return 'off'
      const { timeS, intervalS, probes } = keepalive
      const parts = [timeS && `after ${timeS} s`, intervalS && `every ${intervalS} s`, probes && `${probes} probes`]
      return parts.filter(Boolean).join(', ') || 'on'
    }),
  ]
}

function describeHash(hash: ConsistentHash | undefined): string {
  const by =
    (hash?.httpHeaderName && `header ${hash.httpHeaderName}`) ??
    (hash?.httpCookie && `cookie ${hash.httpCookie.name}`) ??
    (hash?.httpQueryParameterName && `query parameter ${hash.httpQueryParameterName}`) ??
    'source address'
  return `${hash?.maglev === undefined ? 'ring hash' : 'Maglev'} by ${by}`
}

function describeOutlier(outlier: Outlier | undefined): string {
  if (outlier === undefined) return 'off'
  const after =
    outlier.consecutive5xx > 0
      ? `${outlier.consecutive5xx} errors in a row`
      : `${outlier.consecutiveGateway || outlier.consecutiveLocalOrigin} failures in a row`
  return `${formatDuration(outlier.baseEjectionMs)} after ${after}, at most ${outlier.ejectionPercentMax} % of the instances`
}

function limits(view: MeshView, service: Service): EffectiveValue[] {
  const { namespace, name } = service.metadata
  return (view.limitsByTarget.get(serviceKey(namespace, name)) ?? []).map((limit) => {
    return { setting: 'rate limit', value: describePolicy(limit.object).effect, ...ofPolicy(limit) }
  })
}

function faults(view: MeshView, service: Service): EffectiveValue[] {
  const { namespace, name } = service.metadata
  return (view.faultsByTarget.get(serviceKey(namespace, name)) ?? []).map((fault) => {
    const { delay, abort, responseBandwidth, reset } = fault.object.spec
    const parts = [
      delay && `${delay.percentage} % delayed by ${delay.fixedDelay}`,
      reset && `${reset.percentage} % cut`,
      abort && `${abort.percentage} % answered ${abort.httpStatus ?? abort.grpcStatus}`,
      responseBandwidth && `${responseBandwidth.percentage} % answered at ${responseBandwidth.kibPerSecond} KiB/s`,
    ].filter((part) => part !== undefined)
    const value = `${parts.join(', ')}, until ${new Date(faultExpiry(fault)).toISOString()}`
    return { setting: 'fault', value, ...ofPolicy(fault) }
  })
}

function access(view: MeshView, service: Service): EffectiveValue[] {
  const guards = guardsOf(view, service)
  if (guards.size === 0) return [{ setting: 'access', value: 'everyone may call', origin: 'mesh default' }]
  return view.authorization.flatMap((policy) => {
    const reach = guards.get(policy)
    if (reach === undefined) return []
    const { action = 'ALLOW', rules = [] } = policy.object.spec
    const count = rules.length === 1 ? '1 rule' : `${rules.length} rules`
    const value = rules.length === 0 && action === 'ALLOW' ? 'ALLOW nobody' : `${action} by ${count}`
    const setting = reach === 'all' ? 'access' : 'access to some of its instances'
    return [{ setting, value, ...ofPolicy(policy) }]
  })
}

function ofPolicy(policy: PolicyVersion): { origin: string; revision: number; path: string } {
  return { origin: formatRef(refOf(policy.object)), revision: policy.revision, path: '/spec' }
}

function told<Value>(
  setting: string,
  { value, origin }: Sourced<Value>,
  inWords: (value: Value) => string,
): EffectiveValue {
  if (origin.kind === 'mesh-default') return { setting, value: inWords(value), origin: 'mesh default' }
  const { object, revision, path } = origin
  return { setting, value: inWords(value), origin: formatRef(object), revision, path }
}

function round(percent: number): number {
  return Math.round(percent * 100) / 100
}
