import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makeEdge, makePaths } from './make-edge.ts'
import { makeEdits } from './make-edits.ts'
import { filterKinds, makeFilters, makeOverrides } from './make-filters.ts'
import { makeRequest } from './make-request.ts'
import { makeRoute, type RouteStyle } from './make-route.ts'
import { domains } from './words.ts'

/** Hosts, routes, header edits and filters in front of one endpoint that answers this and that. */
export function makeRoutesCase(draw: Draw, requests: number): Json {
  const filters = filterKinds.filter(() => draw.chance(0.2))
  const isEdge = draw.chance(0.4)
  const style: RouteStyle = {
    edits: draw.pick([0, 0, 0.4]),
    rewrites: draw.pick([0, 0.7]),
    retries: draw.pick([0, 0, 0.7]),
    filters,
  }
  const hasOnlyOneHost = draw.chance(0.4)
  const ignoresPort = draw.chance(0.15)
  const kinds = [
    ...(hasOnlyOneHost || ignoresPort ? ['ports'] : []),
    ...filters,
    ...(isEdge ? ['edge'] : []),
    ...(style.retries > 0 ? ['retries'] : []),
  ]
  return {
    listener: {
      hcm: { ...(isEdge ? makeEdge(draw) : makePaths(draw)) },
      filters: makeFilters(draw, filters),
      virtual_hosts: makeHosts(draw, style, hasOnlyOneHost),
      route_config: {
        ...makeEdits(draw, style.edits / 2),
        ...(style.edits > 0 ? draw.maybe(0.3, 'most_specific_header_mutations_wins', () => true) : {}),
        ...(ignoresPort ? { ignore_port_in_host_matching: true } : {}),
        ...makeOverrides(draw, filters, 0.1),
        validate_clusters: false,
      },
    },
    upstreams: {
      a: { answers: draw.chance(0.3) ? [{ body: 'a' }] : [makeAnswer(draw), makeAnswer(draw), makeAnswer(draw)] },
      b: 'ok',
    },
    steps: Array.from({ length: requests }, (_, index) => makeRequest(draw, index, kinds)),
  }
}

function makeHosts(draw: Draw, style: RouteStyle, hasOnlyOne: boolean): Json[] {
  const taken = new Set<number>()
  const count = hasOnlyOne ? 1 : draw.pick([1, 2, 3])
  const hosts: Json[] = []
  for (let index = 0; index < count; index++) {
    const own =
      hasOnlyOne || (index === count - 1 && draw.chance(0.8)) ? domains.length - 1 : draw.below(domains.length)
    if (taken.has(own)) continue
    taken.add(own)
    hosts.push({
      name: `host-${index}`,
      domains: domains[own],
      routes: Array.from({ length: 1 + draw.below(4) }, (_, route) =>
        makeRoute(draw, style, `route-${index}-${route}`),
      ),
      ...makeEdits(draw, style.edits / 2),
      ...makeOverrides(draw, style.filters, 0.3),
      ...draw.maybe(0.1, 'include_request_attempt_count', () => true),
      ...draw.maybe(0.1, 'include_attempt_count_in_response', () => true),
      ...draw.maybe(0.03, 'require_tls', () => 'ALL'),
    })
  }
  return hosts
}

export function makeAnswer(draw: Draw): Json {
  const status = draw.pick([200, 200, 200, 204, 304, 301, 404, 418, 500, 503])
  const headers: (readonly [string, string])[] = draw.some(3, () =>
    draw.pick<readonly [string, string]>([
      ['x-up', 'one'],
      ['X-Up', 'two'],
      ['server', 'theirs'],
      ['set-cookie', 'a=b'],
      ['set-cookie', 'c=d; path=/'],
      ['location', '/there'],
      ['location', 'http://test/a'],
      ['content-type', 'text/html'],
      ['date', 'Thu, 01 Jan 1970 00:00:00 GMT'],
      ['via', '1.1 up'],
      ['x-envoy-overloaded', 'true'],
      ['x-envoy-ratelimited', 'true'],
      ['x-request-id', 'theirs'],
      ['access-control-allow-origin', 'http://up.test'],
      ['grpc-status', '14'],
      ['connection', 'keep-alive'],
    ]),
  )
  return { status, headers, ...draw.maybe(0.7, 'body', () => 'answer') }
}
