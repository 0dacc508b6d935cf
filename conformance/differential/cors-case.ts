import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makePaths } from './make-edge.ts'
import { makeEdits } from './make-edits.ts'
import { makeCors } from './make-filters.ts'
import { makeAnswer } from './routes-case.ts'

const corsFilter = 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors'

/** Policies on every level against origins, preflights and answers that have fields of CORS themselves. */
export function makeCorsCase(draw: Draw, requests: number): Json {
  const level = (share: number) => draw.maybe(share, 'typed_per_filter_config', () => ({ cors: makeCors(draw) }))
  return {
    listener: {
      hcm: makePaths(draw),
      filters: [{ name: 'cors', typed_config: { '@type': corsFilter } }],
      route_config: level(0.2),
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          ...level(0.5),
          routes: [
            {
              match: { prefix: '/direct' },
              direct_response: { status: draw.pick([200, 404, 302]), body: { inline_string: 'direct' } },
              ...level(0.6),
            },
            { match: { prefix: '/moved' }, redirect: { path_redirect: '/new' }, ...level(0.6) },
            { match: { prefix: '/' }, route: { cluster: '<a>' }, ...level(0.6), ...makeEdits(draw, 0.1) },
          ],
        },
      ],
    },
    upstreams: { a: { answers: [makeCorsAnswer(draw), makeCorsAnswer(draw), makeCorsAnswer(draw)] } },
    steps: Array.from({ length: requests * 2 }, (_, index) => makeCorsRequest(draw, index)),
  }
}

type Pair = readonly [string, string]

function makeCorsAnswer(draw: Draw): Json {
  const answer = makeAnswer(draw)
  const own = draw.some(2, () =>
    draw.pick<Pair>([
      ['access-control-allow-origin', '*'],
      ['access-control-allow-credentials', 'false'],
      ['access-control-expose-headers', 'x-theirs'],
      ['access-control-allow-methods', 'PATCH'],
      ['vary', 'accept'],
      ['vary', 'origin'],
    ]),
  )
  return { ...answer, headers: [...(answer.headers as Pair[]), ...own] }
}

function makeCorsRequest(draw: Draw, index: number): Json {
  const origins = ['http://one.test', 'http://one.test:80', 'https://two.org', 'null', '', '*', 'HTTP://ONE.TEST']
  const headers: Pair[] = [
    ...(draw.chance(0.85) ? [['origin', draw.pick(origins)] as const] : []),
    ...(draw.chance(0.5) ? [['access-control-request-method', draw.pick(['GET', 'PUT', '', 'get'])] as const] : []),
    ...(draw.chance(0.3) ? [['access-control-request-headers', draw.pick(['x-a', 'x-a, x-b', ''])] as const] : []),
    ...(draw.chance(0.2)
      ? [['access-control-request-private-network', draw.pick(['true', 'false', ''])] as const]
      : []),
  ]
  const method = draw.pick(['OPTIONS', 'OPTIONS', 'OPTIONS', 'GET', 'POST', 'HEAD'])
  const path = draw.pick(['/', '/a', '/direct', '/moved'])
  if (draw.chance(0.2)) {
    return { on: `c${index}`, h2: [{ headers: { ':method': method, ':path': path, ...Object.fromEntries(headers) } }] }
  }
  return { on: `c${index}`, request: `${method} ${path}`, headers }
}
