import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makePaths } from './make-edge.ts'
import { makeFraction } from './make-fraction.ts'
import { makeHeaderMatch } from './make-match.ts'
import { makeRequest } from './make-request.ts'
import { makeAnswer } from './routes-case.ts'

const fault = 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault'

type Pair = readonly [string, string]

/** Faults that are fixed or asked for by headers, with shares of nought and all, on every level, for some callers and clusters. */
export function makeFaultsCase(draw: Draw, requests: number): Json {
  const level = (share: number) => draw.maybe(share, 'typed_per_filter_config', () => ({ fault: makeFault(draw) }))
  return {
    listener: {
      hcm: makePaths(draw),
      filters: [{ name: 'fault', typed_config: draw.chance(0.3) ? { '@type': fault } : makeFault(draw) }],
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          ...level(0.3),
          routes: [
            { match: { prefix: '/b' }, direct_response: { status: 200, body: { inline_string: 'b' } }, ...level(0.4) },
            {
              match: { prefix: '/' },
              route: {
                cluster: draw.pick(['<a>', '<a>', '<b>', 'nowhere']),
                ...draw.maybe(0.2, 'retry_policy', () => ({
                  retry_on: '5xx',
                  retry_back_off: { base_interval: '0.002s' },
                })),
              },
              ...level(0.5),
            },
          ],
        },
      ],
      route_config: { validate_clusters: false },
    },
    upstreams: { a: { answers: [makeAnswer(draw), makeAnswer(draw)] }, b: 'ok' },
    steps: Array.from({ length: requests * 2 }, (_, index) => asking(draw, makeRequest(draw, index, []))),
  }
}

function makeFault(draw: Draw): Json {
  const percentage = () => draw.maybe(0.9, 'percentage', () => makeFraction(draw, 0.7))
  return {
    '@type': fault,
    ...draw.maybe(0.75, 'abort', () => ({
      ...percentage(),
      ...draw.pick<Json>([
        { http_status: draw.pick([200, 204, 301, 400, 404, 429, 503, 599]) },
        { grpc_status: draw.pick([0, 1, 5, 7, 8, 14, 16]) },
        { header_abort: {} },
      ]),
    })),
    ...draw.maybe(0.3, 'delay', () => ({
      ...percentage(),
      ...draw.pick<Json>([{ fixed_delay: '0.02s' }, { header_delay: {} }]),
    })),
    ...draw.maybe(0.3, 'headers', () => [makeHeaderMatch(draw), ...draw.some(1, () => makeHeaderMatch(draw))]),
    ...draw.maybe(0.15, 'upstream_cluster', () => draw.pick(['<a>', '<b>', 'nowhere'])),
    ...draw.maybe(0.15, 'downstream_nodes', () => draw.pick([['me'], ['you'], ['me', 'you']])),
    ...draw.maybe(0.1, 'max_active_faults', () => draw.pick([0, 5])),
  }
}

/** Of a share no more than the header says: one that is all under each denominator, and nothing. */
const asked: readonly Pair[] = [
  ['x-envoy-fault-abort-request', '503'],
  ['x-envoy-fault-abort-request', '200'],
  ['x-envoy-fault-abort-request', '199'],
  ['x-envoy-fault-abort-request', '600'],
  ['x-envoy-fault-abort-request', '+503'],
  ['x-envoy-fault-abort-request', ''],
  ['x-envoy-fault-abort-grpc-request', '14'],
  ['x-envoy-fault-abort-grpc-request', '0'],
  ['x-envoy-fault-abort-grpc-request', 'x'],
  ['x-envoy-fault-abort-request-percentage', '0'],
  ['x-envoy-fault-abort-request-percentage', '1000000'],
  ['x-envoy-fault-abort-request-percentage', '4294967295'],
  ['x-envoy-fault-abort-request-percentage', 'x'],
  ['x-envoy-fault-delay-request', '10'],
  ['x-envoy-fault-delay-request', '0'],
  ['x-envoy-fault-delay-request', '-5'],
  ['x-envoy-fault-delay-request', '1s'],
  ['x-envoy-fault-delay-request-percentage', '0'],
  ['x-envoy-fault-delay-request-percentage', '1000000'],
  ['x-envoy-downstream-service-node', 'me'],
  ['x-envoy-downstream-service-node', 'us'],
]

/** The request with some fields that ask for a fault; each name once. */
function asking(draw: Draw, step: Json): Json {
  const picked = new Map(draw.some(4, () => draw.pick(asked)))
  if ('h2' in step) {
    const [only] = step.h2 as { headers: Json }[]
    return { ...step, h2: [{ ...only, headers: { ...only?.headers, ...Object.fromEntries(picked) } }] }
  }
  return { ...step, headers: [...((step.headers ?? []) as Pair[]), ...picked] }
}
