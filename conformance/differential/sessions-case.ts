import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makeHashPolicies } from './make-hash-policies.ts'
import { drawPoolStyle, endpointNames, makePool } from './make-pool.ts'

const http = 'type.googleapis.com/envoy.extensions.http.stateful_session'
const filter = 'type.googleapis.com/envoy.extensions.filters.http.stateful_session.v3'

/** Clients bring the endpoint that they were given, another one, or one that is none; without it the hash chooses. */
export function makeSessionsCase(draw: Draw, requests: number): Json {
  const style = { ...drawPoolStyle(draw), hasSubsets: false, isSteady: draw.chance(0.3) }
  const isCookie = draw.chance(0.6)
  const session = (): Json => ({ session_state: makeState(draw, isCookie), ...draw.maybe(0.35, 'strict', () => true) })
  const isOfRoute = draw.chance(0.3)
  const pool = makePool(draw, style)
  const statuses = draw.maybe(0.3, 'override_host_status', () => ({
    statuses: draw.pick([
      ['UNKNOWN', 'HEALTHY'],
      ['UNKNOWN', 'HEALTHY', 'UNHEALTHY'],
      ['TIMEOUT', 'UNHEALTHY'],
      ['HEALTHY'],
      ['UNKNOWN'],
      ['TIMEOUT'],
      ['UNHEALTHY'],
      [],
    ]),
  }))
  return {
    listener: {
      filters: [
        { name: 'session', typed_config: { '@type': `${filter}.StatefulSession`, ...(isOfRoute ? {} : session()) } },
      ],
      routes: [
        {
          match: { prefix: '/' },
          route: {
            cluster: '<pool>',
            hash_policy: makeHashPolicies(draw),
            ...draw.maybe(0.2, 'retry_policy', () => ({
              retry_on: '5xx',
              num_retries: 2,
              retry_back_off: { base_interval: '0.002s' },
            })),
          },
          ...(isOfRoute || draw.chance(0.2)
            ? {
                typed_per_filter_config: {
                  session: {
                    '@type': `${filter}.StatefulSessionPerRoute`,
                    ...(draw.chance(0.2) ? { disabled: true } : { stateful_session: session() }),
                  },
                },
              }
            : {}),
        },
      ],
    },
    clusters: { pool: { ...pool, common_lb_config: { ...((pool.common_lb_config ?? {}) as Json), ...statuses } } }, // an object
    upstreams: Object.fromEntries(endpointNames(style).map((name) => [name, makeUpstream(draw)])),
    steps: Array.from({ length: requests * 2 }, (_, index) => ({
      on: `c${index}`,
      request: `GET ${draw.pick(['/', '/a', '/a/b', '/ab'])}`,
      headers: makeHeaders(draw, isCookie, endpointNames(style)),
    })),
  }
}

/** All of them answer: an answer of Envoy's own names the endpoint that could not be reached, ours none. */
function makeUpstream(draw: Draw): unknown {
  return draw.pick<unknown>(['ok', 'ok', { answers: [{ status: 503 }] }])
}

function makeState(draw: Draw, isCookie: boolean): Json {
  if (!isCookie) {
    return {
      name: 'envoy.http.stateful_session.header',
      typed_config: { '@type': `${http}.header.v3.HeaderBasedSessionState`, name: 'X-Session' },
    }
  }
  const cookie = {
    name: 'route',
    ...draw.maybe(0.5, 'path', () => draw.pick(['/', '/a', '/a/'])),
    ...draw.maybe(0.4, 'ttl', () => draw.pick(['0s', '120s'])),
  }
  return {
    name: 'envoy.http.stateful_session.cookie',
    typed_config: { '@type': `${http}.cookie.v3.CookieBasedSessionState`, cookie },
  }
}

function makeHeaders(draw: Draw, isCookie: boolean, names: readonly string[]): (readonly [string, string])[] {
  const name = draw.pick(names)
  const none = ['x-key', draw.pick(['one', 'two'])] as const
  if (draw.chance(0.25)) return [none]
  if (!isCookie)
    return [
      ['x-session', draw.pick([`<${name}.address64>`, `<${name}.address64>`, 'nonsense', 'MTI3LjAuMC4xOjE=', ''])],
      none,
    ]
  const value = draw.pick([
    `route="<${name}.session>"`,
    `route=<${name}.session>`,
    `a=b; route="<${name}.session>"; c=d`,
    'route="nonsense"',
    'route=',
    'route="Cgt4LnRlc3Q6ODA4MA=="',
  ])
  return [['cookie', value], none]
}
