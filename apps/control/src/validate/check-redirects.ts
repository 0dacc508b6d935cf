import type { Finding } from '@heddle/shared/api/problem'
import type { HttpMatch } from '@heddle/shared/model/http-match'
import type { HttpRoute, HttpRouteRule } from '@heddle/shared/model/http-route'
import type { RequestRedirect } from '@heddle/shared/model/http-route-filter'
import { parseServiceHost } from '@heddle/shared/model/service-host'
import { serviceKey } from '../catalog/catalog-index.ts'
import { compareMatches, trimSlash } from '../snapshot/match-precedence.ts'
import { finding } from './finding.ts'
import type { ValidationContext } from './validation-context.ts'

/** A browser gives up after about twenty; ours need fewer to be wrong. */
const hopsMax = 10

type Stop = { readonly host: string; readonly path: string }
type Place = { readonly route: HttpRoute; readonly rule: HttpRouteRule; readonly match: HttpMatch }

/** Follows every redirect as a client would, and reports those that lead back to where they began. */
export function* checkRedirects(context: ValidationContext): Iterable<Finding> {
  const placesByHost = hostTable(context)
  for (const route of context.ofKind('HTTPRoute')) {
    for (const [ruleIndex, rule] of route.spec.rules.entries()) {
      const position = rule.filters?.findIndex(({ type }) => type === 'RequestRedirect') ?? -1
      const filter = rule.filters?.[position]
      if (filter?.type !== 'RequestRedirect') continue
      const trail = loopFrom(placesByHost, route, rule, filter.requestRedirect)
      if (!trail) continue
      yield finding('HED-406', route, ['spec', 'rules', ruleIndex, 'filters', position, 'requestRedirect'], {
        message: `the redirect leads back to itself: ${trail.map(({ host, path }) => host + path).join(' → ')}`,
        why: 'Clients would follow it until they give up.',
        fix: 'Change the path, the hostname or the scheme so that the rule no longer matches.',
      })
    }
  }
}

/** The stops of a loop that a rule's redirect begins; undefined when it ends somewhere. */
function loopFrom(
  placesByHost: ReadonlyMap<string, readonly Place[]>,
  route: HttpRoute,
  rule: HttpRouteRule,
  redirect: RequestRedirect,
): Stop[] | undefined {
  // Another scheme or port leaves the mesh's plain listener; where it leads is not ours to know.
  if (redirect.scheme !== undefined || redirect.port !== undefined) return undefined
  const host = hostsOf(route)[0]
  const [match = {}] = rule.matches ?? []
  if (host === undefined || match.path?.type === 'RegularExpression') return undefined
  const trail: Stop[] = [{ host, path: match.path?.value ?? '/' }]
  let place: Place | undefined = { route, rule, match }
  for (let hop = 0; hop < hopsMax; hop++) {
    const here: Stop | undefined = trail.at(-1)
    const next: RequestRedirect | undefined = place && redirectOf(place.rule)
    if (!here || !place || !next || next.scheme !== undefined || next.port !== undefined) return undefined
    const stop = follow(here, next, place.match, place.route.metadata.namespace)
    trail.push(stop)
    if (trail.slice(0, -1).some((seen) => seen.host === stop.host && seen.path === stop.path)) return trail
    place = placesByHost.get(stop.host)?.find((candidate) => covers(candidate.match, stop.path))
  }
  return trail
}

function follow(here: Stop, { hostname, path }: RequestRedirect, match: HttpMatch, namespace: string): Stop {
  const host = hostname === undefined ? here.host : (canonicalHost(hostname, namespace) ?? hostname)
  if (path === undefined) return { host, path: here.path }
  if (path.type === 'ReplaceFullPath') return { host, path: path.replaceFullPath }
  const prefix = trimSlash(match.path?.value ?? '/')
  return { host, path: trimSlash(path.replacePrefixMatch) + here.path.slice(prefix.length) || '/' }
}

/** Matches of each host in the order in which they are tried; those with further conditions may let a client pass. */
function hostTable(context: ValidationContext): Map<string, Place[]> {
  const table = new Map<string, Place[]>()
  for (const route of context.ofKind('HTTPRoute')) {
    for (const host of hostsOf(route)) {
      const places = table.get(host) ?? []
      table.set(host, places)
      for (const rule of route.spec.rules) {
        for (const match of rule.matches?.length ? rule.matches : [{}]) places.push({ route, rule, match })
      }
    }
  }
  for (const places of table.values()) places.sort((a, b) => compareMatches(a.match, b.match))
  return table
}

function hostsOf({ metadata, spec }: HttpRoute): string[] {
  if (spec.hostnames?.length) return spec.hostnames
  return [...new Set(spec.parentRefs.map((ref) => serviceKey(ref.namespace ?? metadata.namespace, ref.name)))]
}

function canonicalHost(hostname: string, namespace: string): string | undefined {
  const host = parseServiceHost(hostname, namespace)
  return host && serviceKey(host.namespace, host.name)
}

function redirectOf(rule: HttpRouteRule): RequestRedirect | undefined {
  const filter = rule.filters?.find(({ type }) => type === 'RequestRedirect')
  return filter?.type === 'RequestRedirect' ? filter.requestRedirect : undefined
}

function covers({ path, method, headers, queryParams }: HttpMatch, requestPath: string): boolean {
  if (method !== undefined && method !== 'GET') return false
  if (headers?.length || queryParams?.length) return false
  const value = path?.value ?? '/'
  switch (path?.type ?? 'PathPrefix') {
    case 'Exact':
      return requestPath === value
    case 'RegularExpression':
      return false
    case 'PathPrefix': {
      const prefix = trimSlash(value)
      return requestPath === prefix || requestPath.startsWith(`${prefix}/`)
    }
  }
}
