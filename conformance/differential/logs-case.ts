import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makePaths } from './make-edge.ts'
import { makeEdits } from './make-edits.ts'
import { logOperators, makeLog } from './make-log.ts'
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

function makeFilter(draw: Draw, depth: number): Json {
  const inner = () => makeFilter(draw, depth - 1)
  const leaf: (() => Json)[] = [
    () => ({ status_code_filter: makeComparison(draw) }),
    () => ({ status_code_filter: makeComparison(draw) }),
    () => ({ not_health_check_filter: {} }),
    () => ({ header_filter: { header: makeHeaderMatch(draw) } }),
    () => ({
      response_flag_filter: draw.maybe(0.8, 'flags', () =>
        draw.pick([['NR'], ['UF', 'NR'], ['UH'], ['URX'], ['UF', 'UH', 'UC']]),
      ),
    }),
    () => ({
      grpc_status_filter: {
        ...draw.maybe(0.9, 'statuses', () =>
          draw.pick([['OK'], ['UNAVAILABLE', 'OK'], ['UNKNOWN'], ['UNIMPLEMENTED']]),
        ),
        ...draw.maybe(0.3, 'exclude', () => true),
      },
    }),
    () => ({ log_type_filter: { types: ['DownstreamEnd'], ...draw.maybe(0.3, 'exclude', () => true) } }),
    () => ({ runtime_filter: { runtime_key: 'none', percent_sampled: { numerator: draw.pick([0, 100]) } } }),
    // How long a request took nobody knows but for this.
    () => ({ duration_filter: { comparison: { op: 'GE', value: { default_value: 0, runtime_key: 'none' } } } }),
  ]
  const nodes: (() => Json)[] = [
    () => ({ and_filter: { filters: [inner(), inner(), ...draw.some(1, inner)] } }),
    () => ({ or_filter: { filters: [inner(), inner(), ...draw.some(1, inner)] } }),
  ]
  return draw.pick(depth > 0 && draw.chance(0.4) ? nodes : leaf)()
}

function makeComparison(draw: Draw): Json {
  const default_value = draw.pick([0, 200, 204, 404, 500, 503])
  return { comparison: { op: draw.pick(['EQ', 'GE', 'LE', 'NE']), value: { default_value, runtime_key: 'none' } } }
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
