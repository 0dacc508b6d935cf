import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseObject } from './parse-object.ts'
import { problemCodes } from './problem-codes.ts'

const meta = { name: 'payments', namespace: 'shop' }

const route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: meta,
  spec: {
    parentRefs: [{ group: '', kind: 'Service', name: 'payments', port: 8080 }],
    rules: [{ backendRefs: [{ name: 'payments-v1', port: 8080, weight: 80 }] }],
  },
}

const rule = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: meta,
  spec: { host: 'payments', trafficPolicy: { loadBalancer: { simple: 'ROUND_ROBIN' } } },
}

const fault = {
  apiVersion: 'heddle.dev/v1alpha1',
  kind: 'FaultInjection',
  metadata: meta,
  spec: {
    targetRef: { kind: 'Service', name: 'payments' },
    abort: { percentage: 30, httpStatus: 503 },
    duration: '10m',
  },
}

const limit = {
  apiVersion: 'heddle.dev/v1alpha1',
  kind: 'RateLimit',
  metadata: meta,
  spec: { targetRef: { kind: 'Service', name: 'payments' }, limit: { requests: 100, interval: '1s' } },
}

const authorization = {
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: meta,
  spec: { rules: [{ from: [{ source: { serviceAccounts: ['shop/checkout'] } }] }] },
}

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta,
  spec: { selector: { app: 'payments' }, ports: [{ port: 8080 }] },
}

const entry = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'WorkloadEntry',
  metadata: meta,
  spec: { address: '127.0.1.1' },
}

test.each([route, rule, fault, limit, authorization, service, entry])(
  'a plain $kind is read as it was written',
  (object) => {
    const result = parseObject(object)

    expect(result).toEqual({ kind: 'valid', object })
  },
)

test('an object without namespace is in the default one', () => {
  const result = parseObject({ ...service, metadata: { name: 'payments' } })

  expect(result).toMatchObject({ kind: 'valid', object: { metadata: { name: 'payments', namespace: 'default' } } })
})

type Bad = readonly [what: string, object: unknown, code: string, path: string, words: RegExp]

const whole: readonly Bad[] = [
  ['null', null, 'HED-103', '', /not an object/],
  ['a list', [], 'HED-103', '', /not an object/],
  ['no kind', {}, 'HED-104', '/kind', /missing/],
  ['a kind that is a number', { kind: 7 }, 'HED-103', '/kind', /text/],
  ['an unknown kind', { kind: 'HttpRoute' }, 'HED-107', '/kind', /HTTPRoute/],
  ['a kind of a standard that is not implemented', { kind: 'VirtualService' }, 'HED-102', '/kind', /HTTPRoute/],
  ['a kind named like a property of every object', { kind: 'constructor' }, 'HED-107', '/kind', /not a kind/],
  ['no version', { ...route, apiVersion: undefined }, 'HED-104', '/apiVersion', /missing/],
  ['an older version', { ...rule, apiVersion: 'networking.istio.io/v1beta1' }, 'HED-107', '/apiVersion', /older/],
  ['no spec', { ...route, spec: undefined }, 'HED-104', '/spec', /missing/],
  ['a status', { ...route, status: {} }, 'HED-112', '/status', /remove it/],
  ['a misspelt top field', { ...route, specs: {} }, 'HED-101', '/specs', /Did you mean "spec"/],
  ['a bad name', { ...route, metadata: { name: 'A B' } }, 'HED-108', '/metadata/name', /lower-case/],
  ['a name that is too long', { ...route, metadata: { name: 'a'.repeat(254) } }, 'HED-108', '/metadata/name', /253/],
  ['a misspelt label field', { ...route, metadata: { ...meta, lables: {} } }, 'HED-101', '/metadata/lables', /labels/],
  ['a field of the server', { ...route, metadata: { ...meta, uid: 'x' } }, 'HED-112', '/metadata/uid', /remove/],
  [
    'a bad label key',
    { ...route, metadata: { ...meta, labels: { '-a': 'b' } } },
    'HED-105',
    '/metadata/labels/-a',
    /label key/,
  ],
]

const routeSpecs: readonly Bad[] = [
  ['no rules', { ...route.spec, rules: [] }, 'HED-106', '/spec/rules', /at least one/],
  ['65 rules', { ...route.spec, rules: Array(65).fill({}) }, 'HED-106', '/spec/rules', /64/],
  ['no parent', { ...route.spec, parentRefs: [] }, 'HED-106', '/spec/parentRefs', /at least one/],
  [
    'a Gateway as parent',
    { ...route.spec, parentRefs: [{ group: '', kind: 'Gateway', name: 'edge' }] },
    'HED-102',
    '/spec/parentRefs/0/kind',
    /Supported: Service/,
  ],
  [
    'a parent without kind',
    { ...route.spec, parentRefs: [{ group: '', name: 'payments' }] },
    'HED-104',
    '/spec/parentRefs/0/kind',
    /"Service"/,
  ],
  [
    'a parent of another group',
    { ...route.spec, parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Service', name: 'p' }] },
    'HED-105',
    '/spec/parentRefs/0/group',
    /must be ""/,
  ],
  ['a hostname with a port', { ...route.spec, hostnames: ['a.example:80'] }, 'HED-108', '/spec/hostnames/0', /port/],
]

const routeRules: readonly Bad[] = [
  [
    'backend filters',
    { backendRefs: [{ name: 'a', port: 1, filters: [] }] },
    'HED-102',
    '/backendRefs/0/filters',
    /Remove/,
  ],
  [
    'a misspelt weight',
    { backendRefs: [{ name: 'a', port: 1, wieght: 1 }] },
    'HED-101',
    '/backendRefs/0/wieght',
    /"weight"/,
  ],
  [
    'a negative weight',
    { backendRefs: [{ name: 'a', port: 1, weight: -1 }] },
    'HED-106',
    '/backendRefs/0/weight',
    /at least 0/,
  ],
  [
    'a fractional weight',
    { backendRefs: [{ name: 'a', port: 1, weight: 1.5 }] },
    'HED-103',
    '/backendRefs/0/weight',
    /whole/,
  ],
  ['a backend without port', { backendRefs: [{ name: 'a' }] }, 'HED-104', '/backendRefs/0/port', /Add/],
  ['port 0', { backendRefs: [{ name: 'a', port: 0 }] }, 'HED-106', '/backendRefs/0/port', /at least 1/],
  ['port 70000', { backendRefs: [{ name: 'a', port: 70000 }] }, 'HED-106', '/backendRefs/0/port', /65535/],
  [
    'session persistence',
    { sessionPersistence: {} },
    'HED-102',
    '/sessionPersistence',
    /not supported yet: spec.rules\[0\].session/,
  ],
  ['a relative path', match({ path: { value: 'charge' } }), 'HED-105', '/matches/0/path/value', /begin with/],
  ['a path with dots', match({ path: { value: '/a/../b' } }), 'HED-105', '/matches/0/path/value', /resolved/],
  ['a path with two slashes', match({ path: { value: '/a//b' } }), 'HED-105', '/matches/0/path/value', /merged/],
  ['an encoded slash', match({ path: { value: '/a%2Fb' } }), 'HED-105', '/matches/0/path/value', /decoded/],
  ['a query in the path', match({ path: { value: '/a?b=c' } }), 'HED-105', '/matches/0/path/value', /queryParams/],
  ['a space in the path', match({ path: { value: '/a b' } }), 'HED-105', '/matches/0/path/value', /percent-encode/],
  [
    'look-ahead',
    match({ path: { type: 'RegularExpression', value: '/(?=a)' } }),
    'HED-110',
    '/matches/0/path/value',
    /looks around/,
  ],
  [
    'a back-reference',
    match({ path: { type: 'RegularExpression', value: '(a)\\1' } }),
    'HED-110',
    '/matches/0/path/value',
    /refers back/,
  ],
  [
    'an open group',
    match({ path: { type: 'RegularExpression', value: '/(a' } }),
    'HED-110',
    '/matches/0/path/value',
    /without/,
  ],
  [
    'a long expression',
    match({ headers: [{ name: 'a', type: 'RegularExpression', value: 'a'.repeat(1025) }] }),
    'HED-110',
    '/matches/0/headers/0/value',
    /1024/,
  ],
  [
    'an unknown match type',
    match({ path: { type: 'Prefix', value: '/' } }),
    'HED-105',
    '/matches/0/path/type',
    /PathPrefix/,
  ],
  ['an unknown method', match({ method: 'get' }), 'HED-105', '/matches/0/method', /"GET"/],
  [
    'one header twice',
    match({
      headers: [
        { name: 'a', value: '1' },
        { name: 'A', value: '2' },
      ],
    }),
    'HED-113',
    '/matches/0/headers/1/name',
    /twice/,
  ],
  [
    'a pseudo header',
    match({ headers: [{ name: ':path', value: '1' }] }),
    'HED-105',
    '/matches/0/headers/0/name',
    /header name/,
  ],
  ['a CORS filter', { filters: [{ type: 'CORS' }] }, 'HED-102', '/filters/0/type', /not supported yet/],
  ['a misspelt filter', { filters: [{ type: 'RequestRedirct' }] }, 'HED-105', '/filters/0/type', /RequestRedirect/],
  ['a filter without type', { filters: [{}] }, 'HED-104', '/filters/0/type', /URLRewrite/],
  [
    'a filter without its settings',
    { filters: [{ type: 'URLRewrite' }] },
    'HED-104',
    '/filters/0/urlRewrite',
    /missing/,
  ],
  [
    'settings of another filter',
    { filters: [{ type: 'URLRewrite', urlRewrite: {}, requestRedirect: {} }] },
    'HED-101',
    '/filters/0/requestRedirect',
    /unknown/,
  ],
  ['two rewrites', { filters: [rewrite({}), rewrite({})] }, 'HED-111', '/filters/1/type', /second URLRewrite/],
  ['redirect and rewrite', { filters: [redirect({}), rewrite({})] }, 'HED-111', '/filters/0/type', /different rules/],
  [
    'redirect and backends',
    { filters: [redirect({})], backendRefs: [{ name: 'a', port: 1 }] },
    'HED-111',
    '/backendRefs',
    /Remove the backends/,
  ],
  [
    'a redirect status that is none',
    { filters: [redirect({ statusCode: 200 })] },
    'HED-105',
    '/filters/0/requestRedirect/statusCode',
    /301, 302/,
  ],
  [
    'a prefix replaced without a prefix',
    {
      ...match({ path: { type: 'Exact', value: '/a' } }),
      filters: [rewrite({ path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/b' } })],
    },
    'HED-111',
    '/filters/0/urlRewrite/path',
    /PathPrefix/,
  ],
  [
    'the Host header edited',
    { filters: [edit({ set: [{ name: 'Host', value: 'x' }] })] },
    'HED-105',
    '/filters/0/requestHeaderModifier/set/0/name',
    /URLRewrite/,
  ],
  [
    'a framing header edited',
    { filters: [edit({ remove: ['Content-Length'] })] },
    'HED-105',
    '/filters/0/requestHeaderModifier/remove/0',
    /frames/,
  ],
  [
    'the caller forged',
    { filters: [edit({ add: [{ name: 'x-envoy-downstream-service-cluster', value: 'a' }] })] },
    'HED-105',
    '/filters/0/requestHeaderModifier/add/0/name',
    /who calls/,
  ],
  [
    'a line break in a header',
    { filters: [edit({ set: [{ name: 'a', value: 'b\r\nc: d' }] })] },
    'HED-105',
    '/filters/0/requestHeaderModifier/set/0/value',
    /printable/,
  ],
  [
    'a mirror share above all',
    { filters: [mirror({ fraction: { numerator: 3, denominator: 2 } })] },
    'HED-106',
    '/filters/0/requestMirror/fraction/numerator',
    /above/,
  ],
  [
    'two mirror shares',
    { filters: [mirror({ percent: 1, fraction: { numerator: 1 } })] },
    'HED-111',
    '/filters/0/requestMirror/fraction',
    /exclude/,
  ],
  ['a duration without unit', { timeouts: { request: '5' } }, 'HED-109', '/timeouts/request', /10s/],
  ['a duration as number', { timeouts: { request: 5 } }, 'HED-103', '/timeouts/request', /a text/],
  [
    'an attempt longer than the request',
    { timeouts: { request: '1s', backendRequest: '2s' } },
    'HED-403',
    '/timeouts/backendRequest',
    /above/,
  ],
  ['a retry status that is a success', { retry: { codes: [200] } }, 'HED-106', '/retry/codes/0', /400/],
  ['100 retries', { retry: { attempts: 100 } }, 'HED-106', '/retry/attempts', /10/],
]

const others: readonly Bad[] = [
  ['subsets', { ...rule, spec: { ...rule.spec, subsets: [] } }, 'HED-102', '/spec/subsets', /not supported yet/],
  ['client TLS', traffic({ tls: {} }), 'HED-102', '/spec/trafficPolicy/tls', /not supported yet/],
  [
    'an old balancer',
    traffic({ loadBalancer: { simple: 'LEAST_CONN' } }),
    'HED-102',
    '/spec/trafficPolicy/loadBalancer/simple',
    /LEAST_REQUEST/,
  ],
  [
    'an unknown balancer',
    traffic({ loadBalancer: { simple: 'ROUND_ROBBIN' } }),
    'HED-105',
    '/spec/trafficPolicy/loadBalancer/simple',
    /ROUND_ROBIN/,
  ],
  [
    'a balancer that says nothing',
    traffic({ loadBalancer: {} }),
    'HED-111',
    '/spec/trafficPolicy/loadBalancer',
    /simple or consistentHash/,
  ],
  [
    'two balancers',
    traffic({ loadBalancer: { simple: 'RANDOM', consistentHash: { useSourceIp: true } } }),
    'HED-111',
    '/spec/trafficPolicy/loadBalancer',
    /only one/,
  ],
  [
    'a hash of two things',
    traffic({ loadBalancer: { consistentHash: { useSourceIp: true, httpHeaderName: 'x-user' } } }),
    'HED-111',
    '/spec/trafficPolicy/loadBalancer/consistentHash',
    /only one/,
  ],
  [
    'a ring and a table',
    traffic({ loadBalancer: { consistentHash: { useSourceIp: true, ringHash: {}, maglev: {} } } }),
    'HED-111',
    '/spec/trafficPolicy/loadBalancer/consistentHash',
    /exclude/,
  ],
  [
    'a cookie for half a second',
    traffic({ loadBalancer: { consistentHash: { httpCookie: { name: 'sid', ttl: '500ms' } } } }),
    'HED-109',
    '/spec/trafficPolicy/loadBalancer/consistentHash/httpCookie/ttl',
    /whole seconds/,
  ],
  [
    'a table whose size is no prime',
    traffic({ loadBalancer: { consistentHash: { useSourceIp: true, maglev: { tableSize: 1000 } } } }),
    'HED-105',
    '/spec/trafficPolicy/loadBalancer/consistentHash/maglev/tableSize',
    /prime/,
  ],
  [
    'cookie attributes',
    traffic({ loadBalancer: { consistentHash: { httpCookie: { name: 'sid', ttl: '0s', attributes: [] } } } }),
    'HED-102',
    '/spec/trafficPolicy/loadBalancer/consistentHash/httpCookie/attributes',
    /not supported yet/,
  ],
  ['a wildcard host', { ...rule, spec: { ...rule.spec, host: '*.local' } }, 'HED-105', '/spec/host', /Service/],
  [
    'a negative duration',
    traffic({ connectionPool: { tcp: { connectTimeout: '-1s' } } }),
    'HED-109',
    '/spec/trafficPolicy/connectionPool/tcp/connectTimeout',
    /duration/,
  ],
  [
    'a duration of nothing',
    traffic({ outlierDetection: { interval: '0s' } }),
    'HED-109',
    '/spec/trafficPolicy/outlierDetection/interval',
    /1ms/,
  ],
  [
    '101 percent',
    traffic({ outlierDetection: { maxEjectionPercent: 101 } }),
    'HED-106',
    '/spec/trafficPolicy/outlierDetection/maxEjectionPercent',
    /100/,
  ],
  [
    'one port twice',
    traffic({ portLevelSettings: [{ port: { number: 1 } }, { port: { number: 1 } }] }),
    'HED-113',
    '/spec/trafficPolicy/portLevelSettings/1/port/number',
    /twice/,
  ],
  [
    'a fault without effect',
    faulty({ abort: undefined }),
    'HED-104',
    '/spec',
    /no delay, abort, responseBandwidth or reset/,
  ],
  ['an abort without status', faulty({ abort: { percentage: 1 } }), 'HED-111', '/spec/abort', /httpStatus/],
  [
    'an abort with two',
    faulty({ abort: { percentage: 1, httpStatus: 503, grpcStatus: 'UNAVAILABLE' } }),
    'HED-111',
    '/spec/abort',
    /only one/,
  ],
  ['a share left out', faulty({ abort: { httpStatus: 503 } }), 'HED-104', '/spec/abort/percentage', /missing/],
  [
    'a share above 100',
    faulty({ abort: { percentage: 101, httpStatus: 503 } }),
    'HED-106',
    '/spec/abort/percentage',
    /100/,
  ],
  [
    'a share too fine',
    faulty({ abort: { percentage: 0.00001, httpStatus: 503 } }),
    'HED-106',
    '/spec/abort/percentage',
    /decimals/,
  ],
  [
    'an unknown gRPC status',
    faulty({ abort: { percentage: 1, grpcStatus: 'UNAVAILBLE' } }),
    'HED-105',
    '/spec/abort/grpcStatus',
    /"UNAVAILABLE"/,
  ],
  ['two ends', faulty({ expiresAt: '2026-12-01T00:00:00Z' }), 'HED-111', '/spec/duration', /exclude/],
  [
    'an end that is no time',
    faulty({ duration: undefined, expiresAt: 'tomorrow' }),
    'HED-105',
    '/spec/expiresAt',
    /2026-12-01T15/,
  ],
  ['a fault for a day and more', faulty({ duration: '25h' }), 'HED-109', '/spec/duration', /24h/],
  [
    'the target of another namespace',
    faulty({ targetRef: { kind: 'Service', name: 'a', namespace: 'b' } }),
    'HED-102',
    '/spec/targetRef/namespace',
    /not supported/,
  ],
  ['action CUSTOM', access({ action: 'CUSTOM' }), 'HED-102', '/spec/action', /ALLOW, DENY/],
  [
    'selector and targets',
    access({ selector: { matchLabels: {} }, targetRefs: [{ kind: 'Service', name: 'a' }] }),
    'HED-111',
    '/spec/targetRefs',
    /exclude/,
  ],
  ['an empty source', source({}), 'HED-104', '/spec/rules/0/from/0/source', /matches everything/],
  [
    'JWT principals',
    source({ requestPrincipals: ['*'] }),
    'HED-102',
    '/spec/rules/0/from/0/source/requestPrincipals',
    /not supported/,
  ],
  [
    'a star in the middle',
    source({ principals: ['a*b'] }),
    'HED-105',
    '/spec/rules/0/from/0/source/principals/0',
    /one end/,
  ],
  [
    'an address with a leading zero',
    source({ ipBlocks: ['010.0.0.1'] }),
    'HED-105',
    '/spec/rules/0/from/0/source/ipBlocks/0',
    /10.0.0.0/,
  ],
  [
    'a block that is too narrow',
    source({ ipBlocks: ['10.0.0.0/33'] }),
    'HED-105',
    '/spec/rules/0/from/0/source/ipBlocks/0',
    /block/,
  ],
  [
    'accounts and namespaces',
    source({ serviceAccounts: ['a/b'], namespaces: ['a'] }),
    'HED-111',
    '/spec/rules/0/from/0/source/namespaces',
    /exclude/,
  ],
  [
    'a path template',
    operation({ paths: ['/a/{*}'] }),
    'HED-102',
    '/spec/rules/0/to/0/operation/paths/0',
    /not supported yet/,
  ],
  [
    'a path that is none',
    operation({ paths: ['charge'] }),
    'HED-606',
    '/spec/rules/0/to/0/operation/paths/0',
    /begin with/,
  ],
  [
    'a method in lower case',
    operation({ methods: ['post'] }),
    'HED-105',
    '/spec/rules/0/to/0/operation/methods/0',
    /upper case/,
  ],
  ['a port as number', operation({ ports: [8080] }), 'HED-103', '/spec/rules/0/to/0/operation/ports/0', /a text/],
  [
    'a condition that is none',
    condition({ key: 'request.header[a]', values: ['b'] }),
    'HED-105',
    '/spec/rules/0/when/0/key',
    /request.headers\[x-team\]/,
  ],
  [
    'a condition not implemented',
    condition({ key: 'request.auth.claims[iss]', values: ['b'] }),
    'HED-102',
    '/spec/rules/0/when/0/key',
    /not supported/,
  ],
  ['a condition without values', condition({ key: 'source.ip' }), 'HED-104', '/spec/rules/0/when/0', /values/],
  [
    'a condition with a bad address',
    condition({ key: 'source.ip', values: ['here'] }),
    'HED-105',
    '/spec/rules/0/when/0/values/0',
    /address/,
  ],
  [
    'an empty selector',
    { ...service, spec: { ...service.spec, selector: {} } },
    'HED-105',
    '/spec/selector',
    /at least one label/,
  ],
  ['a NodePort', { ...service, spec: { ...service.spec, type: 'NodePort' } }, 'HED-102', '/spec/type', /ClusterIP/],
  [
    'UDP',
    { ...service, spec: { ...service.spec, ports: [{ port: 1, protocol: 'UDP' }] } },
    'HED-102',
    '/spec/ports/0/protocol',
    /TCP/,
  ],
  [
    'one port number twice',
    {
      ...service,
      spec: {
        ...service.spec,
        ports: [
          { name: 'a', port: 1 },
          { name: 'b', port: 1 },
        ],
      },
    },
    'HED-113',
    '/spec/ports/1/port',
    /twice/,
  ],
  [
    'two ports without names',
    { ...service, spec: { ...service.spec, ports: [{ port: 1 }, { port: 2 }] } },
    'HED-104',
    '/spec/ports/0',
    /names/,
  ],
  [
    'a count by values that each instance keeps by itself',
    { ...limit, spec: { ...limit.spec, countBy: [{ type: 'Caller' }] } },
    'HED-111',
    '/spec/countBy',
    /scope: Mesh/,
  ],
  [
    'a shadow of a limit that each instance keeps by itself',
    { ...limit, spec: { ...limit.spec, scope: 'Instance', shadowMode: true } },
    'HED-111',
    '/spec/shadowMode',
    /scope: Mesh/,
  ],
  [
    'a count by a header without its name',
    { ...limit, spec: { ...limit.spec, scope: 'Mesh', countBy: [{ type: 'Header' }] } },
    'HED-111',
    '/spec/countBy/0/name',
    /Name a header/,
  ],
  [
    'a count by one header twice',
    {
      ...limit,
      spec: {
        ...limit.spec,
        scope: 'Mesh',
        countBy: [
          { type: 'Header', name: 'x-user' },
          { type: 'Header', name: 'X-User' },
        ],
      },
    },
    'HED-113',
    '/spec/countBy/1',
    /Keep one/,
  ],
  [
    'a limit of no request',
    { ...limit, spec: { ...limit.spec, scope: 'Mesh', limit: { requests: 0, interval: '1s' } } },
    'HED-106',
    '/spec/limit/requests',
    /at least 1/,
  ],
  [
    'a unit that is no duration',
    { ...limit, spec: { ...limit.spec, limit: { requests: 1, interval: 'MINUTE' } } },
    'HED-109',
    '/spec/limit/interval',
    /./,
  ],
  [
    'a limit that fills too fast to count',
    { ...limit, spec: { ...limit.spec, limit: { requests: 1, interval: '49ms' } } },
    'HED-106',
    '/spec/limit/interval',
    /shorter than 50 ms/,
  ],
  ['a host name as address', { ...entry, spec: { address: 'localhost' } }, 'HED-105', '/spec/address', /IP address/],
  ['a network', { ...entry, spec: { ...entry.spec, network: 'a' } }, 'HED-102', '/spec/network', /not supported/],
]

describe('a bad object is refused with its code, the place and the way out', () => {
  test.each(whole)('%s', (_, object, code, path, words) => {
    expectRefused(object, code, path, words)
  })
  test.each(routeSpecs)('HTTPRoute: %s', (_, spec, code, path, words) => {
    expectRefused({ ...route, spec }, code, path, words)
  })
  test.each(routeRules)('HTTPRoute rule: %s', (_, ruleSpec, code, path, words) => {
    const rules = [ruleSpec]
    expectRefused({ ...route, spec: { ...route.spec, rules } }, code, `/spec/rules/0${path}`, words)
  })
  test.each(others)('%s', (_, object, code, path, words) => {
    expectRefused(object, code, path, words)
  })
})

test('all problems of an object are reported at once', () => {
  const object = { ...route, metadata: { name: 'A' }, spec: { ...route.spec, parentRefs: [], hostname: 'a' } }

  const result = parseObject(object)

  const paths = result.kind === 'invalid' ? result.problems.map(({ path }) => path) : []
  expect(paths).toEqual(['/metadata/name', '/spec/parentRefs', '/spec/hostname'])
})

test('fields named like parts of the language are unknown fields', () => {
  const object = JSON.parse('{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","constructor":1},"spec":{}}')

  const result = parseObject(object)

  expect(result).toMatchObject({
    kind: 'invalid',
    problems: [{ code: 'HED-101', path: '/metadata/constructor' }, {}, {}],
  })
})

function expectRefused(object: unknown, code: string, path: string, words: RegExp): void {
  const result = parseObject(object)

  const problems = result.kind === 'invalid' ? result.problems : []
  const problem = problems.find((one) => one.code === code && one.path === path)
  expect(problem, JSON.stringify(problems, null, 1)).toBeDefined()
  expect(`${problem?.message} ${problem?.fix ?? ''}`).toMatch(words)
}

function match(one: object) {
  return { matches: [one] }
}
function redirect(requestRedirect: object) {
  return { type: 'RequestRedirect', requestRedirect }
}
function rewrite(urlRewrite: object) {
  return { type: 'URLRewrite', urlRewrite }
}
function edit(requestHeaderModifier: object) {
  return { type: 'RequestHeaderModifier', requestHeaderModifier }
}
function mirror(share: object) {
  return { type: 'RequestMirror', requestMirror: { backendRef: { name: 'a', port: 1 }, ...share } }
}
function traffic(trafficPolicy: object) {
  return { ...rule, spec: { ...rule.spec, trafficPolicy } }
}
function faulty(spec: object) {
  return { ...fault, spec: { ...fault.spec, ...spec } }
}
function access(spec: object) {
  return { ...authorization, spec: { ...authorization.spec, ...spec } }
}
function source(one: object) {
  return access({ rules: [{ from: [{ source: one }] }] })
}
function operation(one: object) {
  return access({ rules: [{ to: [{ operation: one }] }] })
}
function condition(one: object) {
  return access({ rules: [{ when: [one] }] })
}

test('whatever comes in, reading it never throws, and every problem has a code and a place', () => {
  const objects = [route, rule, fault, limit, authorization, service, entry]
  fc.assert(
    fc.property(fc.constantFrom(...objects), fc.nat(40), fc.anything(), (object, position, junk) => {
      const hostile = replaceAt(object, position, junk)
      const result = parseObject(hostile)
      if (result.kind === 'valid') return
      for (const { code, path, message } of result.problems) {
        expect(problemCodes).toHaveProperty(code)
        expect(path === '' || path.startsWith('/')).toBe(true)
        expect(message.length).toBeGreaterThan(3)
        expect(message.length).toBeLessThan(2_000)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('long texts are refused in time that grows with their length only', () => {
  const started = performance.now()
  for (const text of [`${'a'.repeat(200_000)}!`, `${'a.'.repeat(100_000)}!`, `${'-'.repeat(200_000)}`]) {
    parseObject({ ...service, metadata: { name: text, labels: { [text]: text } } })
    parseObject({ ...rule, spec: { ...rule.spec, host: text } })
    parseObject(source({ serviceAccounts: [text] }))
  }

  expect(performance.now() - started).toBeLessThan(1_000)
})

/** The object with the value at the nth place, counted through all of it, replaced. */
function replaceAt(value: unknown, position: number, junk: unknown): unknown {
  let left = position
  const copy = (part: unknown): unknown => {
    if (left-- === 0) return junk
    if (Array.isArray(part)) return part.map(copy)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, copy(inner)]))
  }
  return copy(value)
}

test('what is clearly meant comes with the edit that would mend it', () => {
  const field = parseObject({ ...route, specs: {} })
  const version = parseObject({ ...rule, apiVersion: 'networking.istio.io/v1beta1' })

  expect(field).toMatchObject({ problems: [{ repair: { kind: 'rename', path: '/specs', key: 'spec' } }] })
  expect(version).toMatchObject({
    problems: [{ repair: { kind: 'put', path: '/apiVersion', value: 'networking.istio.io/v1' } }],
  })
})
