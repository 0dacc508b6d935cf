import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makeFraction } from './make-fraction.ts'
import { makeHeaderMatch } from './make-match.ts'

/** A filter of an access log, or of an answer of the proxy's own: a tree of them. */
export function makeFilter(draw: Draw, depth: number): Json {
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
    () => ({
      log_type_filter: {
        types: draw.pick([['DownstreamEnd'], ['DownstreamEnd', 'UpstreamEnd'], ['NotSet'], ['TcpConnectionEnd']]),
        ...draw.maybe(0.3, 'exclude', () => true),
      },
    }),
    () => ({
      runtime_filter: {
        runtime_key: 'none',
        ...draw.maybe(0.9, 'percent_sampled', () => makeFraction(draw, 0.5)),
        ...draw.maybe(0.3, 'use_independent_randomness', () => true),
      },
    }),
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
