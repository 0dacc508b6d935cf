import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  VirtualHost_TlsRequirementType,
  type VirtualHost as VirtualHostMessage,
  VirtualHostSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { compileRateLimitRules } from '../limit/compile-rate-limit-rules.ts'
import { compileHedging } from '../retry/compile-hedging.ts'
import { compileRetryPolicy } from '../retry/compile-retry-policy.ts'
import { compileFilterOverrides, type DecodeOverride, overrideWith } from './compile-filter-overrides.ts'
import { compileRoute } from './compile-route.ts'
import { levelEdits } from './level-edits.ts'
import { buildPrefixTable, type PrefixEntry } from './prefix-table.ts'
import { replayLimit } from './replay-limit.ts'
import type { Route } from './route.ts'
import type { RouteLevel } from './route-level.ts'
import { compileVirtualClusters } from './virtual-cluster.ts'
import type { VirtualHost } from './virtual-host.ts'

const supported = new Set([
  'name',
  'domains',
  'require_tls',
  'routes',
  'request_headers_to_add',
  'request_headers_to_remove',
  'response_headers_to_add',
  'response_headers_to_remove',
  'typed_per_filter_config',
  'retry_policy',
  'hedge_policy',
  'rate_limits',
  'include_request_attempt_count',
  'include_attempt_count_in_response',
  'metadata',
  'virtual_clusters',
  'per_request_buffer_limit_bytes',
  'request_body_buffer_limit',
])

/** So many routes are compiled between two steps. */
const routesPerStep = 100

/** In steps, for who must not be held up. `level` is what the configuration around it says for all hosts. */
export function* compileVirtualHost(
  message: VirtualHostMessage,
  level: Pick<RouteLevel, 'requestEdits' | 'responseEdits' | 'filters' | 'specificLast' | 'directBodyBytesMax'>,
  decode: DecodeOverride,
  path: string,
): Generator<undefined, VirtualHost> {
  refuseUnsupported(VirtualHostSchema, message, supported, path)
  if (message.requireTls === VirtualHost_TlsRequirementType.EXTERNAL_ONLY) {
    throw new ResourceRejected(`${path}.require_tls`, 'EXTERNAL_ONLY is not supported yet')
  }
  if (message.name === '') throw new ResourceRejected(`${path}.name`, 'must not be empty')
  if (message.domains.length === 0) throw new ResourceRejected(`${path}.domains`, 'must not be empty')
  const own = compileFilterOverrides(
    message.typedPerFilterConfig,
    message.metadata,
    decode,
    `${path}.typed_per_filter_config`,
  )
  const inner: RouteLevel = {
    virtualHost: message.name,
    replayLimit: replayLimit(message),
    virtualClusters: compileVirtualClusters(message.virtualClusters, message.name, `${path}.virtual_clusters`),
    ...levelEdits(message, level, level.specificLast, path),
    specificLast: level.specificLast,
    directBodyBytesMax: level.directBodyBytesMax,
    filters: overrideWith(level.filters, own),
    hedges: message.hedgePolicy !== undefined && compileHedging(message.hedgePolicy, `${path}.hedge_policy`),
    retry: message.retryPolicy && compileRetryPolicy(message.retryPolicy, `${path}.retry_policy`),
    rateLimits: compileRateLimitRules(message.rateLimits, `${path}.rate_limits`),
    metadata: undefined,
    includeAttemptCount: message.includeRequestAttemptCount,
    answersAttemptCount: message.includeAttemptCountInResponse,
  }
  const routes: Route[] = []
  for (const [index, route] of message.routes.entries()) {
    if (index % routesPerStep === routesPerStep - 1) yield
    routes.push(compileRoute(route, inner, decode, `${path}.routes[${index}]`))
  }
  return {
    name: message.name,
    domains: message.domains,
    virtualClusters: inner.virtualClusters,
    routes,
    ...indexPaths(routes),
    fractions: fractionsOf(routes),
    toTls: message.requireTls === VirtualHost_TlsRequirementType.ALL ? redirectToTls(inner) : undefined,
  }
}

/** Takes the place of every route for a request that came in plain text. */
function redirectToTls({ virtualHost }: RouteLevel): Route {
  return {
    name: '',
    virtualHost,
    virtualClusters: undefined,
    origin: undefined,
    metadata: undefined,
    matcher: {
      path: { kind: 'prefix', prefix: '/', ignoreCase: false },
      headers: [],
      query: [],
      isGrpc: false,
      fraction: undefined,
    },
    action: {
      kind: 'redirect',
      status: 301,
      scheme: 'https',
      host: undefined,
      keepsPort: true,
      port: 0,
      path: { kind: 'keep' },
      stripQuery: false,
    },
    filters: new Map(),
    responseEdits: [],
    operation: '',
    statPrefix: '',
  }
}

function fractionsOf(routes: readonly Route[]): number[] {
  const fractions = new Set(routes.map(({ matcher }) => matcher.fraction?.share ?? 1))
  return [...fractions].filter((fraction) => fraction > 0 && fraction < 1).sort((a, b) => a - b)
}

/** Positions of routes by how their path is matched, so that ten thousand cost little more than ten. */
function indexPaths(routes: readonly Route[]): Pick<VirtualHost, 'exact' | 'prefixes' | 'others'> {
  const exact = new Map<string, number[]>()
  const prefixes = new Map<string, { prefix: string; open: number[]; segment: number[] }>()
  const others: number[] = []
  const entryOf = (prefix: string) => {
    const entry = prefixes.get(prefix) ?? { prefix, open: [], segment: [] }
    prefixes.set(prefix, entry)
    return entry
  }
  for (const [position, { matcher }] of routes.entries()) {
    const { path } = matcher
    if (path.kind === 'regex' || path.kind === 'template' || path.kind === 'connect' || path.ignoreCase)
      others.push(position)
    else if (path.kind === 'exact') {
      const same = exact.get(path.path)
      if (same) same.push(position)
      else exact.set(path.path, [position])
    } else if (path.prefix === '') others.push(position)
    else if (path.kind === 'prefix') entryOf(path.prefix).open.push(position)
    else entryOf(path.prefix).segment.push(position)
  }
  return { exact, prefixes: buildPrefixTable(prefixes as ReadonlyMap<string, PrefixEntry>), others }
}
