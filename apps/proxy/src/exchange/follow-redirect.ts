import { hasPortTooHigh } from '@heddle/engine/path/has-port-too-high'
import { normaliseAuthority } from '@heddle/engine/path/normalise-authority'
import { normalisePath } from '@heddle/engine/path/normalise-path'
import type { RequestView } from '@heddle/engine/request/request-view'
import type { ForwardAction } from '@heddle/engine/route/forward-action'
import {
  acceptsRedirect,
  type InternalRedirectPolicy,
  type RedirectTrail,
} from '@heddle/engine/route/internal-redirect'
import { matchRoute } from '@heddle/engine/route/route-table'
import type { RedirectCounts } from '../counts/traffic-counts.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { RedirectedRequest } from './redirected-request.ts'
import type { Runtime } from './runtime.ts'
import type { UpstreamTry } from './upstream-try.ts'

/**
 * Where an answer leads, when the proxy may go there itself. Asked in Envoy's order, which decides what is counted; undefined:
 * the client gets the answer. `isWhole`: all of the request is here, to be sent again.
 */
export function followRedirect(
  exchange: HttpExchange,
  { internalRedirect: policy }: ForwardAction,
  { named }: UpstreamTry,
  status: number,
  answer: HeaderBlock,
  isWhole: boolean,
  runtime: Runtime,
): RedirectedRequest | undefined {
  if (policy === undefined || !policy.statuses.has(status)) return undefined
  const isReady = isWhole && exchange.upgrade === '' && answer.has('location')
  const next = isReady ? nextRequest(exchange, policy, answer, status, runtime) : undefined
  if (typeof next === 'object') {
    named.totals.redirectsFollowed++
    exchange.status = status
    exchange.details = 'internal_redirect'
    exchange.responseHeaders = answer
    return next
  }
  named.totals.redirectsLeft++
  if (next !== undefined) runtime.counts.redirectsOf(exchange.chain.statPrefix)[next]++
  return undefined
}

function nextRequest(
  exchange: HttpExchange,
  policy: InternalRedirectPolicy,
  answer: HeaderBlock,
  status: number,
  { random, values }: Runtime,
): RedirectedRequest | keyof RedirectCounts {
  const place = placeOf(exchange, answer.get('location') ?? '')
  if (place === undefined) return 'badLocation'
  // Without TLS nobody can have asked for https here.
  const wasHttp = exchange.scheme === 'http' || !exchange.connection.isSecure
  const isHttp = place.scheme === 'http'
  if (!policy.allowsCrossScheme && wasHttp !== isHttp) return 'unsafeScheme'
  const trail = exchange.redirects ?? newTrail(exchange)
  if (trail.count >= policy.redirectsMax) return 'tooMany'
  const headers = copiedHeaders(exchange, policy, answer)
  const request: RequestView = {
    ...place,
    method: exchange.method,
    header: (name) => headers.get(name),
    headerValues: (name) => headers.lines(name),
  }
  const table = exchange.config.routes.get(exchange.chain.routeName)
  const route = table && place.path.startsWith('/') ? matchRoute(table, request, random(), values()) : undefined
  if (route === undefined) return 'noRoute'
  exchange.redirects = trail
  const step = { fromRoute: exchange.route?.name ?? '', toRoute: route.name, wasHttp, isHttp }
  if (!acceptsRedirect(policy.predicates, step, trail)) return 'predicate'
  trail.count++
  headers.set('x-envoy-original-url', `${wasHttp ? 'http' : 'https'}://${exchange.host}${exchange.target}`)
  // "See Other" is asked for with GET, and needs no body (RFC 9110 §15.4.4).
  const asksAnew = status === 303 && exchange.method !== 'GET' && exchange.method !== 'HEAD'
  return { ...place, method: asksAnew ? 'GET' : exchange.method, headers, keepsBody: !asksAnew, trail }
}

function newTrail({ requestMs }: HttpExchange): RedirectTrail {
  return { count: 0, visited: new Map(), beganBeforeMs: 0, requestMs, bytesBefore: 0 }
}

type Place = Pick<
  RedirectedRequest,
  'scheme' | 'host' | 'authority' | 'authorityPort' | 'path' | 'query' | 'endsInMark'
>

/** Whole URLs only, as in Envoy: the path of one that is relative is not taken for one of ours. */
function placeOf({ chain }: HttpExchange, location: string): Place | undefined {
  const url = absoluteUrl.exec(location)
  if (url === null) return undefined
  const [, scheme = '', host = '', rest = ''] = url
  if (hasPortTooHigh(host)) return undefined
  const [target = ''] = rest.split('#')
  const mark = target.indexOf('?')
  const written = mark < 0 ? target : target.slice(0, mark)
  // What looks like another path to another policy is no place to go to by oneself.
  if (chain.escapedSlashes !== undefined && /%2f|%5c/i.test(written)) return undefined
  // A query right behind the host leaves a path that no route takes.
  const path = target === '' ? '/' : written === '' ? '' : normalisePath(written, chain.pathMode)
  if (path === undefined) return undefined
  const { host: authority, port: authorityPort } = normaliseAuthority(host)
  const query = mark < 0 ? '' : target.slice(mark + 1)
  const endsInMark = target !== '' && mark === target.length - 1
  return { scheme: scheme.toLowerCase(), host, authority, authorityPort, path, query, endsInMark }
}

/** The fields that are to come from the answer, or to be gone where it lacks them. */
function copiedHeaders(exchange: HttpExchange, policy: InternalRedirectPolicy, answer: HeaderBlock): HeaderBlock {
  const headers = exchange.headers.copy()
  headers.spelling = exchange.headers.spelling
  for (const name of policy.copiedHeaders) {
    headers.remove(name)
    for (const value of answer.lines(name)) headers.append(name, value)
  }
  return headers
}

/** Printable, as a request line has to be; who it is asked as is no part of where. */
const absoluteUrl =
  /^(https?):\/\/(?:[^/?#@\s]*@)?((?:\[[0-9a-f:.]+\]|[a-z0-9\-._~]+)(?::\d{1,5})?)((?:[/?#][!-~]*)?)$/i
