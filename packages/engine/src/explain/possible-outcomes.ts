import { type AuthzDecision, evaluateAuthz } from '../authz/authz-policy-set.ts'
import { abortOf, abortShareOf, delayMsOf, delayShareOf, faultApplies } from '../fault/decide-fault.ts'
import type { FaultAbort, FaultPolicy } from '../fault/fault-policy.ts'
import { enforcedPolicies, type HttpFilter, heldFault } from '../filter/http-filter.ts'
import type { PeerView } from '../request/peer-view.ts'
import type { RequestView } from '../request/request-view.ts'
import type { ClusterChoice } from '../route/forward-action.ts'
import { findVirtualHost } from '../route/host-table.ts'
import type { Route } from '../route/route.ts'
import { matchRoute, type RouteTable } from '../route/route-table.ts'
import { unrouted } from '../route/unrouted.ts'
import { noRuntimeValues } from '../runtime/runtime-values.ts'

/** What decides on a request in one HTTP chain of a listener. */
export type HttpChainPolicy = {
  readonly routes: RouteTable
  /** In order. */
  readonly filters: readonly HttpFilter[]
}

/** One thing that can happen to a request, and how likely it is. */
export type Outcome = {
  /** 0 to 1; those of one request sum up to 1. */
  readonly share: number
  /** How long a fault holds it before; 0 without. */
  readonly delayMs: number
  /** The fault that delays or answers it. */
  readonly fault: FaultPolicy | undefined
  readonly end: OutcomeEnd
}

export type OutcomeEnd =
  | { readonly kind: 'no-route' }
  | { readonly kind: 'denied'; readonly route: Route; readonly decision: AuthzDecision }
  | { readonly kind: 'aborted'; readonly route: Route; readonly abort: FaultAbort | 'reset' }
  /** The route itself answers: a redirect or a direct response. */
  | { readonly kind: 'answered'; readonly route: Route; readonly status: number }
  | { readonly kind: 'forwarded'; readonly route: Route; readonly choice: ClusterChoice }

/**
 * Everything that the proxy may do with a request: the same calls in the same order, with each draw of a random number
 * replaced by its possible results. For simulation and explanation, not for the request path.
 */
export function possibleOutcomes(
  chain: HttpChainPolicy,
  request: RequestView,
  peer: PeerView,
  nowMs: number,
): readonly Outcome[] {
  const outcomes: Outcome[] = []
  for (const { route, share } of possibleRoutes(chain.routes, request)) {
    for (const taken of possibleChoices(route, request)) {
      followFilters(chain.filters, 0, { ...taken, route, share: share * taken.share, delayMs: 0, fault: undefined })
    }
  }
  return outcomes

  function followFilters(filters: readonly HttpFilter[], from: number, state: Walk): void {
    for (let index = from; index < filters.length; index++) {
      const filter = filters[index] as HttpFilter // in range
      if (filter.kind === 'rbac') {
        const policies = enforcedPolicies(filter, state.route, state.choice)
        const decision = policies && evaluateAuthz(policies, request, peer)
        if (decision?.allowed === false) {
          finish(state, { kind: 'denied', route: state.route, decision })
          return
        }
        continue
      }
      // Limits depend on what came before, and CORS on who asks: neither is foreseen.
      if (filter.kind !== 'fault') continue
      const fault = heldFault(filter, state.route, state.choice)
      if (fault === undefined || !faultApplies(fault, request, state.choice?.cluster, nowMs)) continue
      for (const delayed of possibleDelays(fault, request, state)) {
        const { route } = state
        let left = delayed.share
        for (const { abort, share } of possibleAborts(fault, request)) {
          if (share > 0) finish({ ...delayed, fault, share: left * share }, { kind: 'aborted', route, abort })
          left *= 1 - share
        }
        if (left > 0) followFilters(filters, index + 1, { ...delayed, share: left })
      }
      return
    }
    finish(state, endOf(state))
  }

  function finish({ share, delayMs, fault }: Walk, end: OutcomeEnd): void {
    outcomes.push({ share, delayMs, fault, end })
  }
}

type Walk = {
  readonly route: Route
  readonly choice: ClusterChoice | undefined
  readonly share: number
  readonly delayMs: number
  readonly fault: FaultPolicy | undefined
}

/** More than one only where routes take a fraction of the requests. */
function possibleRoutes(table: RouteTable, request: RequestView): { route: Route; share: number }[] {
  const fractions = findVirtualHost(table.hosts, request.authority, request.authorityPort)?.fractions ?? []
  const bounds = [0, ...fractions, 1]
  return bounds.slice(1).flatMap((end, index) => {
    const start = bounds[index] as number // one shorter
    return end === start
      ? []
      : [{ route: matchRoute(table, request, (start + end) / 2) ?? unrouted, share: end - start }]
  })
}

function possibleChoices(
  { action }: Route,
  request: RequestView,
): { choice: ClusterChoice | undefined; share: number }[] {
  if (action.kind !== 'forward') return [{ choice: undefined, share: 1 }]
  const { target } = action
  if (target.kind === 'header') return [{ choice: target.choice(request.header(target.name) ?? ''), share: 1 }]
  if (target.kind === 'cluster') return [{ choice: target.choice, share: 1 }]
  return target.choices
    .filter(({ weight }) => weight > 0)
    .map((choice) => ({ choice, share: choice.weight / target.total }))
}

function possibleDelays(fault: FaultPolicy, request: RequestView, state: Walk): Walk[] {
  const delayMs = delayMsOf(fault, request, noRuntimeValues)
  const share = delayMs > 0 ? delayShareOf(fault, request, noRuntimeValues) : 0
  const walks: Walk[] = []
  if (share > 0) walks.push({ ...state, fault, share: state.share * share, delayMs: state.delayMs + delayMs })
  if (share < 1) walks.push({ ...state, share: state.share * (1 - share) })
  return walks
}

/** In the order in which they are drawn; each share is of what the ones before have left. */
function possibleAborts(fault: FaultPolicy, request: RequestView): { abort: FaultAbort | 'reset'; share: number }[] {
  const abort = abortOf(fault, request, noRuntimeValues)
  return [
    ...(fault.reset === undefined ? [] : [{ abort: 'reset' as const, share: fault.reset.share }]),
    ...(abort === undefined ? [] : [{ abort, share: abortShareOf(fault, request, noRuntimeValues) }]),
  ]
}

function endOf({ route, choice }: Walk): OutcomeEnd {
  switch (route.action.kind) {
    case 'forward':
      // A forwarding route always has a choice.
      return choice === undefined ? { kind: 'no-route' } : { kind: 'forwarded', route, choice }
    case 'redirect':
    case 'direct-response':
      return { kind: 'answered', route, status: route.action.status }
    case 'non-forwarding':
      return { kind: 'no-route' }
  }
}
