import type { PolicyObject } from '@heddle/shared/model/any-object'
import { isPolicy } from '@heddle/shared/model/any-object'
import { parseObject } from '@heddle/shared/model/parse-object'
import fc from 'fast-check'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { validateConfig } from '../../src/validate/validate-config.ts'

/**
 * Random policies of every kind that validation lets through, ordinary and extreme values mixed, for the services
 * payments, payments-v1 and payments-v2 of the namespace shop: what people could roll out, and every proxy must take.
 */
export function randomPolicies(catalog: Catalog): fc.Arbitrary<PolicyObject[]> {
  const valid = (of: fc.Arbitrary<unknown>) =>
    fc.option(
      of.map(parse).filter((each) => each !== undefined && isValid([each], catalog)),
      { nil: undefined, freq: 2 },
    )
  return fc
    .tuple(valid(httpRoute), valid(destinationRule), valid(faultInjection), valid(rateLimit), valid(authorization))
    .map((objects) => objects.filter((each) => each !== undefined))
    .filter((objects) => objects.length > 0 && isValid(objects, catalog))
}

/** Each field there or not. */
const some = (model: Record<string, fc.Arbitrary<unknown>>, required: readonly string[] = []) =>
  fc.record(model, { requiredKeys: [...required] as [] })

/** What one schema refuses is left out: it never gets to a proxy. */
function parse(object: unknown): PolicyObject | undefined {
  const parsed = parseObject(JSON.parse(JSON.stringify(object)))
  return parsed.kind !== 'invalid' && isPolicy(parsed.object) ? parsed.object : undefined
}

function isValid(objects: readonly PolicyObject[], catalog: Catalog): boolean {
  return validateConfig(objects, catalog, Date.now()).every(({ severity }) => severity !== 'error')
}

const metadata = { name: 'random', namespace: 'shop' }
const target = { group: '', kind: 'Service', name: 'payments' }
const time = fc.constantFrom('1ms', '50ms', '1s', '15s', '10m', '24h')
const count = fc.constantFrom(1, 2, 100, 2 ** 31 - 1)
const share = fc.constantFrom(0, 0.0001, 0.5, 12.34, 99.9999, 100)
const text = fc.constantFrom('a', 'b c', '100%', '"quoted"', 'ü', '%REQ(:path)%', 'x'.repeat(300))
const header = fc.constantFrom('x-a', 'X-Mixed-Case', 'user-agent', 'authorization', 'x-1_2')
const path = fc.constantFrom('/', '/a', '/a/', '/a/b', '/a%20b', '/a(b)$', '/~x*y', `/${'p'.repeat(200)}`)
const regex = fc.constantFrom('a+', '(?i)abc', '[a-z]{1,5}', '.*', 'a|b', '\\d\\.x', '^a$')

const headerMatch = fc.oneof(
  fc.record({ name: header, value: text }),
  fc.record({ name: header, type: fc.constant('RegularExpression'), value: regex }),
)
const match = some({
  path: fc.oneof(
    fc.record({ type: fc.constantFrom('Exact', 'PathPrefix'), value: path }),
    fc.record({ type: fc.constant('RegularExpression'), value: regex.map((each) => `/${each.replace('^', '')}`) }),
  ),
  headers: fc.array(headerMatch, { minLength: 1, maxLength: 2 }),
  queryParams: fc.array(headerMatch, { minLength: 1, maxLength: 1 }),
  method: fc.constantFrom('GET', 'POST', 'CONNECT', 'TRACE'),
})
const matches = fc.array(match, { minLength: 1, maxLength: 3 })

const newPath = fc.oneof(
  path.map((value) => ({ type: 'ReplaceFullPath', replaceFullPath: value })),
  path.map((value) => ({ type: 'ReplacePrefixMatch', replacePrefixMatch: value })),
)
const named = fc.record({ name: header, value: text })
const edits = some({
  set: fc.array(named, { minLength: 1, maxLength: 2 }),
  add: fc.array(named, { minLength: 1, maxLength: 2 }),
  remove: fc.array(header, { minLength: 1, maxLength: 2 }),
})
const backend = fc.record({
  name: fc.constantFrom('payments', 'payments-v1', 'payments-v2'),
  port: fc.constant(8080),
  weight: fc.constantFrom(0, 1, 50, 1_000_000),
})
const filter = fc.oneof(
  edits.map((each) => ({ type: 'RequestHeaderModifier', requestHeaderModifier: each })),
  edits.map((each) => ({ type: 'ResponseHeaderModifier', responseHeaderModifier: each })),
  some({ hostname: fc.constant('other.example'), path: newPath }).map((each) => ({
    type: 'URLRewrite',
    urlRewrite: each,
  })),
  some({
    scheme: fc.constantFrom('http', 'https'),
    hostname: fc.constant('other.example'),
    path: newPath,
    port: fc.constantFrom(1, 65_535),
    statusCode: fc.constantFrom(301, 302, 303, 307, 308),
  }).map((each) => ({ type: 'RequestRedirect', requestRedirect: each })),
  some({ percent: fc.constantFrom(0, 1, 100) }).map((each) => ({
    type: 'RequestMirror',
    requestMirror: { ...(each as object), backendRef: { name: 'payments-v2', port: 8080 } },
  })),
)
const rule = some({
  matches,
  filters: fc.array(filter, { maxLength: 3 }),
  backendRefs: fc.array(backend, { maxLength: 3 }),
  timeouts: some({ request: fc.oneof(time, fc.constant('0s')), backendRequest: fc.oneof(time, fc.constant('0s')) }),
  retry: some({
    codes: fc.constantFrom([400], [503, 429], []),
    attempts: fc.constantFrom(0, 1, 10),
    backoff: fc.oneof(time, fc.constant('0s')),
  }),
})
const httpRoute = fc.array(rule, { minLength: 1, maxLength: 4 }).map((rules) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata,
  spec: { parentRefs: [target], rules },
}))

const settings = {
  loadBalancer: fc.constantFrom({ simple: 'ROUND_ROBIN' }, { simple: 'LEAST_REQUEST' }, { simple: 'RANDOM' }),
  connectionPool: some({
    tcp: some({
      maxConnections: count,
      connectTimeout: time,
      idleTimeout: time,
      tcpKeepalive: some({ probes: fc.constantFrom(1, 32), time, interval: time }),
    }),
    http: some({
      http1MaxPendingRequests: count,
      http2MaxRequests: count,
      maxRequestsPerConnection: count,
      maxRetries: count,
      idleTimeout: time,
    }),
  }),
  outlierDetection: some({
    consecutive5xxErrors: fc.constantFrom(0, 1, 10_000),
    consecutiveGatewayErrors: fc.constantFrom(0, 1, 10_000),
    consecutiveLocalOriginFailures: fc.constantFrom(0, 1, 10_000),
    splitExternalLocalOriginErrors: fc.boolean(),
    interval: time,
    baseEjectionTime: time,
    maxEjectionPercent: fc.constantFrom(0, 50, 100),
    minHealthPercent: fc.constantFrom(0, 50, 100),
  }),
}
const destinationRule = some({
  ...settings,
  retryBudget: some({ percent: share, minRetryConcurrency: fc.constantFrom(0, 3, 10_000) }),
  portLevelSettings: some(settings).map((each) => [{ ...(each as object), port: { number: 8080 } }]),
}).map((trafficPolicy) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata,
  spec: { host: 'payments-v1', trafficPolicy },
}))

const callers = fc.constantFrom([{ service: 'web' }], [{ service: 'web' }, { service: 'payments', namespace: 'shop' }])
const faultInjection = some({
  from: callers,
  match: matches,
  delay: fc.record({ percentage: share, fixedDelay: time }),
  abort: fc.oneof(
    fc.record({ percentage: share, httpStatus: fc.constantFrom(200, 418, 599) }),
    fc.record({ percentage: share, grpcStatus: fc.constantFrom('UNAVAILABLE', 'OK', 'CANCELLED') }),
  ),
  responseBandwidth: fc.record({ percentage: share, kibPerSecond: fc.constantFrom(1, 1_000_000) }),
  reset: fc.record({ percentage: share }),
  maxActiveFaults: fc.constantFrom(0, 1, 1000),
  duration: fc.constantFrom('1m', '24h'),
}).map((spec) => ({
  apiVersion: 'heddle.dev/v1alpha1',
  kind: 'FaultInjection',
  metadata,
  spec: { ...(spec as object), targetRef: target },
}))

const ofMesh = some({
  scope: fc.constant('Mesh'),
  countBy: fc.constantFrom([{ type: 'Header', name: 'X-User' }], [{ type: 'Caller' }, { type: 'ClientAddress' }]),
  shadowMode: fc.boolean(),
  failureModeDeny: fc.boolean(),
}).map((each) => ({ ...(each as object), scope: 'Mesh' }))
const rateLimit = some(
  {
    from: callers,
    match: matches,
    limit: some(
      {
        requests: fc.constantFrom(1, 1_000_000),
        interval: fc.constantFrom('50ms', '1s', '24h'),
        burst: fc.constantFrom(1, 1_000_000),
      },
      ['requests', 'interval'],
    ),
  },
  ['limit'],
)
  .chain((spec) =>
    fc.oneof(
      fc.constant(spec),
      ofMesh.map((more) => ({ ...(spec as object), ...more })),
    ),
  )
  .map((spec) => ({
    apiVersion: 'heddle.dev/v1alpha1',
    kind: 'RateLimit',
    metadata,
    spec: { ...(spec as object), targetRef: target },
  }))

const patterns = fc.constantFrom(['*'], ['a*'], ['*z'], ['exact', 'x*'])
const blocks = fc.constantFrom(['10.0.0.0/8'], ['127.0.0.1', '::1'], ['0.0.0.0/0'], ['2001:db8::/32'])
const source = some({
  principals: patterns,
  notPrincipals: patterns,
  namespaces: patterns,
  notNamespaces: patterns,
  serviceAccounts: fc.constantFrom(['web'], ['shop/web', 'other/x']),
  notServiceAccounts: fc.constant(['web']),
  ipBlocks: blocks,
  notIpBlocks: blocks,
})
const paths = fc.constantFrom(['*'], ['/a*'], ['*/z'], ['/a', '/b c'], ['/a(b)$'])
const operation = some({
  hosts: patterns,
  notHosts: patterns,
  ports: fc.constantFrom(['8080'], ['1', '65535']),
  notPorts: fc.constant(['8080']),
  methods: fc.constantFrom(['GET'], ['*'], ['P*']),
  notMethods: fc.constant(['DELETE']),
  paths,
  notPaths: paths,
})
const condition = fc.oneof(
  some({ values: patterns, notValues: patterns }).map((each) => ({ ...(each as object), key: 'request.headers[x-a]' })),
  some({ values: blocks, notValues: blocks }).map((each) => ({ ...(each as object), key: 'source.ip' })),
  some({ values: patterns }).map((each) => ({ ...(each as object), key: 'source.namespace' })),
  some({ values: fc.constant(['8080']) }).map((each) => ({ ...(each as object), key: 'destination.port' })),
)
const list = <Value>(of: fc.Arbitrary<Value>) => fc.array(of, { minLength: 1, maxLength: 2 })
const authorization = some({
  action: fc.constantFrom('ALLOW', 'DENY'),
  rules: fc.array(
    some({
      from: list(source.map((each) => ({ source: each }))),
      to: list(operation.map((each) => ({ operation: each }))),
      when: list(condition),
    }),
    { maxLength: 3 },
  ),
}).map((spec) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata,
  spec: { ...(spec as object), targetRefs: [target] },
}))
