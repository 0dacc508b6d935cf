import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makePaths } from './make-edge.ts'
import { makeAddition, responseNames } from './make-edits.ts'
import { makeFilter } from './make-log-filter.ts'
import { makeRequest } from './make-request.ts'
import { makeAnswer } from './routes-case.ts'

/** How the proxy's own answers look (`local_reply_config`): which mapper takes which, its status, headers, body and format. */
export function makeRepliesCase(draw: Draw, requests: number): Json {
  return {
    listener: {
      hcm: {
        ...makePaths(draw),
        local_reply_config: {
          ...draw.maybe(0.9, 'mappers', () => [makeMapper(draw), ...draw.some(2, () => makeMapper(draw))]),
          ...draw.maybe(0.6, 'body_format', () => makeFormat(draw)),
        },
      },
      routes: [
        {
          name: 'direct',
          match: { prefix: '/b' },
          direct_response: {
            status: draw.pick([200, 404, 503]),
            ...draw.maybe(0.7, 'body', () => ({ inline_string: draw.pick(['direct', '"quoted"', '']) })),
          },
        },
        { name: 'dead', match: { prefix: '/A' }, route: { cluster: '<b>' } },
        { name: 'nowhere', match: { prefix: '/a/b' }, route: { cluster: 'nowhere' } },
        { name: 'moved', match: { path: '/ab' }, redirect: { path_redirect: '/new' } },
        { name: 'plain', match: { path: '/a' }, route: { cluster: '<a>' } },
      ],
      route_config: { validate_clusters: false },
    },
    upstreams: { a: { answers: [makeAnswer(draw), makeAnswer(draw)] }, b: 'refuses' },
    steps: Array.from({ length: requests * 2 }, (_, index) => makeRequest(draw, index, [])),
  }
}

function makeMapper(draw: Draw): Json {
  return {
    filter: makeFilter(draw, 2),
    ...draw.maybe(0.4, 'status_code', () => draw.pick([410, 299, 503])),
    ...draw.maybe(0.5, 'body', () => ({ inline_string: draw.pick(['mapped', '', 'é "x"']) })),
    ...draw.maybe(0.4, 'body_format_override', () => makeFormat(draw)),
    ...draw.maybe(0.4, 'headers_to_add', () => [
      makeAddition(draw, responseNames, ['mapped', '%RESPONSE_FLAGS%', '%REQ(x-a)%', '%PROTOCOL%']),
    ]),
  }
}

function makeFormat(draw: Draw): Json {
  const parts = [
    '%LOCAL_REPLY_BODY%',
    '%RESPONSE_CODE%',
    '%REQ(x-a)%',
    '%REQ(USER-AGENT):2%',
    'text',
    '%%',
    '%ROUTE_NAME%',
    '%PROTOCOL%',
  ]
  const one = () => draw.pick(parts)
  return {
    ...(draw.chance(0.5)
      ? { text_format_source: { inline_string: `${one()} ${one()}${one()}` } }
      : { json_format: { body: '%LOCAL_REPLY_BODY%', one: one(), list: [one(), { in: one() }], number: 5 } }),
    ...draw.maybe(0.3, 'content_type', () => draw.pick(['text/html; charset=UTF-8', 'application/problem+json'])),
    ...draw.maybe(0.2, 'omit_empty_values', () => true),
  }
}
