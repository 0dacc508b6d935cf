import type { PolicyObject } from './any-object.ts'
import type { AuthorizationRule } from './authorization-rule.ts'
import type { HttpMatch } from './http-match.ts'
import type { HttpRoute, HttpRouteRule } from './http-route.ts'
import { serviceHost } from './service-host.ts'

/** What a policy acts on and does, in words for lists and pages. */
export type PolicyDescription = {
  /** "Service shop/payments". */
  readonly target: string
  /** One sentence without full stop. */
  readonly effect: string
}

export function describePolicy(policy: PolicyObject): PolicyDescription {
  switch (policy.kind) {
    case 'HTTPRoute':
      return describeRoute(policy)
    case 'DestinationRule': {
      const { host, trafficPolicy } = policy.spec
      const [name = host, namespace = policy.metadata.namespace] = host.split('.')
      const parts = [
        trafficPolicy.loadBalancer && `balances by ${trafficPolicy.loadBalancer.simple ?? 'hash'}`,
        trafficPolicy.connectionPool && 'limits connections',
        trafficPolicy.outlierDetection && 'leaves out failing instances',
        trafficPolicy.retryBudget && 'sets the retry budget',
        trafficPolicy.portLevelSettings && `has settings for ${count(trafficPolicy.portLevelSettings.length, 'port')}`,
      ].filter((part) => part !== undefined)
      return { target: `Service ${namespace}/${name}`, effect: sentence(parts, 'sets nothing') }
    }
    case 'FaultInjection': {
      const { targetRef, delay, abort, responseBandwidth, reset, from, match } = policy.spec
      const parts = [
        delay && `delays ${delay.percentage} % by ${delay.fixedDelay}`,
        reset && `cuts ${reset.percentage} %`,
        abort && `answers ${abort.percentage} % with ${abort.httpStatus ?? abort.grpcStatus}`,
        responseBandwidth &&
          `slows answers to ${responseBandwidth.percentage} % down to ${responseBandwidth.kibPerSecond} KiB/s`,
      ].filter((part) => part !== undefined)
      const callers = from ? ` from ${from.map(({ service }) => service).join(', ')}` : ''
      const requests = match ? ` for ${match.map(describeMatch).join(' or ')}` : ''
      return {
        target: `Service ${policy.metadata.namespace}/${targetRef.name}`,
        effect: `${sentence(parts, 'hits nothing')} of the requests${callers}${requests}`,
      }
    }
    case 'RateLimit': {
      const { targetRef, scope, countBy, from, match, limit, shadowMode } = policy.spec
      const callers = from ? ` from each of ${from.map(({ service }) => service).join(', ')}` : ''
      const requests = match ? ` for ${match.map(describeMatch).join(' or ')}` : ''
      const burst = limit.burst === undefined ? '' : `, up to ${limit.burst} at once`
      const keys = countBy?.map(
        ({ type, name }) => ({ Header: name, Caller: 'caller', ClientAddress: 'address' })[type],
      )
      const share = `${scope === 'Mesh' ? 'for all instances together' : 'per instance'}${keys ? ` by ${keys.join(' and ')}` : ''}`
      return {
        target: `Service ${policy.metadata.namespace}/${targetRef.name}`,
        effect: `${shadowMode ? 'Would take' : 'Takes'} ${limit.requests} requests in ${limit.interval} ${share}${burst}${callers}${requests}`,
      }
    }
    case 'AuthorizationPolicy': {
      const { selector, targetRefs, action = 'ALLOW', rules = [] } = policy.spec
      const { namespace } = policy.metadata
      const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
      const target = targetRefs
        ? `Service ${targetRefs.map(({ name }) => `${namespace}/${name}`).join(', ')}`
        : labels.length > 0
          ? `Workloads ${labels.join(', ')} in ${namespace}`
          : `All workloads in ${namespace}`
      if (rules.length === 0) return { target, effect: action === 'ALLOW' ? 'Denies every request' : 'Denies nothing' }
      const verb = action === 'ALLOW' ? 'Allows' : 'Denies'
      return { target, effect: `${verb} ${rules.slice(0, 3).map(describeAccess).join('; ')}${more(rules.length - 3)}` }
    }
  }
}

function describeRoute({ metadata, spec }: HttpRoute): PolicyDescription {
  const parents = spec.parentRefs.map(({ name, namespace = metadata.namespace }) => `${namespace}/${name}`)
  const [first] = spec.rules
  const effect = first
    ? `${capital(describeRule(first))}${more(spec.rules.length - 1)}`
    : `Routes ${serviceHost(metadata.name, metadata.namespace)}`
  return { target: `Service ${parents.join(', ')}`, effect }
}

function describeRule(rule: HttpRouteRule): string {
  const where = rule.matches?.length ? `${rule.matches.slice(0, 2).map(describeMatch).join(' or ')}: ` : ''
  const redirect = rule.filters?.find((filter) => filter.type === 'RequestRedirect')
  if (redirect) return `${where}redirects`
  const refs = rule.backendRefs ?? []
  const sum = refs.reduce((total, { weight = 1 }) => total + weight, 0)
  const [only] = refs
  const backends =
    refs.length === 1 && only
      ? `to ${only.name}`
      : refs
          .map(({ name, weight = 1 }) => `${sum === 0 ? 0 : Math.round((weight / sum) * 100)} % to ${name}`)
          .join(', ')
  const timeout = rule.timeouts?.request ? `, within ${rule.timeouts.request}` : ''
  return `${where}sends ${backends}${timeout}`
}

function describeMatch({ method, path, headers, queryParams }: HttpMatch): string {
  const suffix = (path?.type ?? 'PathPrefix') === 'PathPrefix' && path?.value !== undefined ? '…' : ''
  const parts = [
    method,
    path?.value && `${path.value}${suffix}`,
    ...(headers ?? []).map(({ name, value }) => `${name}: ${value}`),
    ...(queryParams ?? []).map(({ name, value }) => `?${name}=${value}`),
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(' ') : 'every request'
}

function describeAccess({ from, to, when }: AuthorizationRule): string {
  const callers = (from ?? []).flatMap(({ source }) => [
    ...(source.serviceAccounts ?? []),
    ...(source.principals ?? []),
    ...(source.namespaces ?? []).map((namespace) => `namespace ${namespace}`),
    ...(source.ipBlocks ?? []),
  ])
  const operations = (to ?? []).map(({ operation }) =>
    [
      ...(operation.methods ?? []),
      ...(operation.paths ?? []),
      ...(operation.ports ?? []).map((port) => `:${port}`),
    ].join(' '),
  )
  const who = from === undefined ? 'everyone' : callers.join(', ') || 'certain callers'
  const what = operations.filter(Boolean).join(' or ')
  return `${who}${what ? ` ${what}` : ''}${when ? ', under conditions' : ''}`
}

function sentence(parts: readonly string[], otherwise: string): string {
  const last = parts.at(-1)
  if (last === undefined) return capital(otherwise)
  return capital(parts.length === 1 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`
}

function more(rest: number): string {
  return rest > 0 ? `; and ${count(rest, 'more rule')}` : ''
}
