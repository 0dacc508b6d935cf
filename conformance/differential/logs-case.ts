import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makePaths } from './make-edge.ts'
import { makeEdits } from './make-edits.ts'
import { logOperators, makeLog } from './make-log.ts'
import { makeFilter } from './make-log-filter.ts'
import { makeHeaderMatch } from './make-match.ts'
import { makeRequest } from './make-request.ts'
import { makeAnswer } from './routes-case.ts'

const fileLog = 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog'

/** Which lines an access log has, by trees of filters, and what they say, as objects and as texts. */
export function makeLogsCase(draw: Draw, requests: number): Json {
  return {
    listener: {
      hcm: {
        ...makePaths(draw),
        access_log: [
          {
            name: 'file',
            ...draw.maybe(0.8, 'filter', () => makeFilter(draw, 3)),
            typed_config: { '@type': fileLog, path: '<log>', log_format: makeFormat(draw) },
          },
        ],
      },
      routes: [
        { name: 'direct', match: { prefix: '/b' }, direct_response: { status: draw.pick([200, 404, 503]) } },
        { name: 'dead', match: { prefix: '/A' }, route: { cluster: '<b>' } },
        {
          name: 'plain',
          match: { prefix: '/', ...draw.maybe(0.2, 'headers', () => [makeHeaderMatch(draw)]) },
          route: { cluster: '<a>', ...draw.maybe(0.3, 'prefix_rewrite', () => '/other/') },
          ...makeEdits(draw, draw.pick([0, 0.3])),
          metadata: { filter_metadata: { test: { of: 'the route', deep: { er: [1, 'two', true, null] } } } },
        },
      ],
    },
    upstreams: { a: { answers: [makeAnswer(draw), makeAnswer(draw), makeAnswer(draw)] }, b: 'refuses' },
    steps: Array.from({ length: requests * 2 }, (_, index) => makeRequest(draw, index, [])),
  }
}

function makeFormat(draw: Draw): Json {
  const more = {
    ...draw.maybe(0.3, 'omit_empty_values', () => true),
  }
  if (draw.chance(0.5)) return { json_format: { ...makeLog(draw), ...nested(draw) }, ...more }
  const parts = Array.from({ length: 1 + draw.below(6) }, () =>
    draw.pick([...logOperators, 'text', '%%', '[]', '"', 'é']),
  )
  return {
    text_format_source: { inline_string: `%REQ(:METHOD)% %RESPONSE_CODE% ${parts.join(draw.pick([' ', '|']))}\n` },
    ...more,
  }
}

function nested(draw: Draw): Json {
  const one = () => draw.pick(logOperators)
  return draw.maybe(0.3, 'nested', () => ({
    list: [one(), { in: one() }],
    number: 7,
    truth: true,
    text: `a ${one()} b ${one()}`,
  }))
}
