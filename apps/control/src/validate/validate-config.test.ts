import { expect, test } from 'vitest'
import { emptyCatalog } from '../catalog/catalog.ts'
import { exampleCatalog, examplePolicies, exampleTime, policies } from '../snapshot/example-mesh.fixture.ts'
import { introducedFindings } from './introduced-findings.ts'
import { validateConfig } from './validate-config.ts'

const good = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments, port: 8080 }]
  rules:
    - matches: [{ path: { type: Exact, value: /charge } }]
      backendRefs: [{ name: payments-v1, port: 8080, weight: 80 }, { name: payments-v2, port: 8080, weight: 20 }]
      timeouts: { request: 5s, backendRequest: 1s }
    - backendRefs: [{ name: payments-v1, port: 8080 }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: catalog, namespace: shop }
spec:
  host: catalog.shop.svc.cluster.local
  trafficPolicy: { outlierDetection: { maxEjectionPercent: 50 } }
---
apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: slow, namespace: shop }
spec:
  targetRef: { kind: Service, name: catalog }
  from: [{ service: web }]
  delay: { percentage: 10, fixedDelay: 100ms }
  duration: 10m
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: callers, namespace: shop }
spec:
  selector: { matchLabels: { app: payments } }
  rules: [{ from: [{ source: { serviceAccounts: [shop/web] } }] }]
`

function findingsOf(yaml: string, catalog = exampleCatalog()) {
  return validateConfig(policies(yaml), catalog, exampleTime)
}

test('a good configuration has no findings', () => {
  expect(findingsOf(good)).toEqual([])
})

type Mutation = readonly [what: string, from: string | RegExp, to: string, code: string, path: string]

/** One change of the good configuration each. */
const mutations: readonly Mutation[] = [
  // Routes: references.
  [
    'an unknown parent',
    'kind: Service, name: payments, port',
    'kind: Service, name: paymets, port',
    'HED-201',
    '/spec/parentRefs/0/name',
  ],
  [
    'a parent in another namespace',
    'name: payments, port: 8080 }]',
    'name: payments, namespace: bank, port: 8080 }]',
    'HED-201',
    '/spec/parentRefs/0/name',
  ],
  [
    'an unknown parent port',
    'payments, port: 8080 }]\n  rules',
    'payments, port: 8081 }]\n  rules',
    'HED-202',
    '/spec/parentRefs/0/port',
  ],
  [
    'a TCP parent',
    'kind: Service, name: payments, port: 8080',
    'kind: Service, name: ledger',
    'HED-207',
    '/spec/parentRefs/0/name',
  ],
  [
    'an unknown backend',
    '- backendRefs: [{ name: payments-v1',
    '- backendRefs: [{ name: payments-v3',
    'HED-201',
    '/spec/rules/1/backendRefs/0/name',
  ],
  [
    'an unknown backend port',
    '- backendRefs: [{ name: payments-v1, port: 8080',
    '- backendRefs: [{ name: payments-v1, port: 80',
    'HED-202',
    '/spec/rules/1/backendRefs/0/port',
  ],
  [
    'a TCP backend',
    '- backendRefs: [{ name: payments-v1, port: 8080',
    '- backendRefs: [{ name: ledger, port: 5432',
    'HED-207',
    '/spec/rules/1/backendRefs/0/port',
  ],
  [
    'an unknown mirror',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]',
    rule('filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: ghost, port: 1 } } }]'),
    'HED-201',
    '/spec/rules/1/filters/0/requestMirror/backendRef/name',
  ],
  // Routes: conflicts.
  [
    'another route with the same match',
    /$/,
    `---\n${route('other', '{ backendRefs: [{ name: payments-v2, port: 8080 }] }')}`,
    'HED-301',
    '/spec/rules/0',
  ],
  [
    'another route with the same match, written differently',
    /$/,
    `---\n${route('other', '{ matches: [{ path: { value: / } }], backendRefs: [{ name: payments-v2, port: 8080 }] }')}`,
    'HED-301',
    '/spec/rules/0/matches/0',
  ],
  [
    'two rules with the same match',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]\n    - backendRefs: [{ name: payments-v2, port: 8080 }]',
    'HED-303',
    '/spec/rules/2',
  ],
  [
    'a match behind an expression for everything',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]',
    rule('matches: [{ path: { type: RegularExpression, value: "/.*" } }, { path: { value: /cart } }]'),
    'HED-303',
    '/spec/rules/1/matches/1',
  ],
  ['one object twice', /$/, `---\n${good.slice(0, good.indexOf('---'))}`, 'HED-306', '/metadata/name'],
  ['nothing for other requests', '- backendRefs: [{ name: payments-v1, port: 8080 }]', '', 'HED-409', '/spec/rules'],
  // Routes: host names.
  [
    'a hostname that is a service',
    '  rules:\n    - matches',
    '  hostnames: [catalog.shop]\n  rules:\n    - matches',
    'HED-307',
    '/spec/hostnames/0',
  ],
  [
    'a hostname that is a service of another namespace',
    '  rules:\n    - matches',
    '  hostnames: [rates.bank.svc.cluster.local]\n  rules:\n    - matches',
    'HED-307',
    '/spec/hostnames/0',
  ],
  [
    'a wildcard over the names of services',
    '  rules:\n    - matches',
    '  hostnames: ["*.cluster.local"]\n  rules:\n    - matches',
    'HED-307',
    '/spec/hostnames/0',
  ],
  [
    'a wildcard over the names of a namespace',
    '  rules:\n    - matches',
    '  hostnames: ["*.bank.svc.cluster.local"]\n  rules:\n    - matches',
    'HED-307',
    '/spec/hostnames/0',
  ],
  [
    'a name that leads elsewhere already',
    /$/,
    `---\n${route('a', back('payments-v1'), '  hostnames: [pay.example]')}\n---\n${route('b', back('web'), '  hostnames: [pay.example]').replace('name: payments, port: 8080 }]\n  hostnames', 'name: web, port: 8080 }]\n  hostnames')}`,
    'HED-304',
    '/spec/hostnames/0',
  ],
  // Routes: rules.
  ['all weights 0', /weight: (80|20)/g, 'weight: 0', 'HED-401', '/spec/rules/0/backendRefs'],
  [
    'no destination',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]',
    '- timeouts: { request: 1s }',
    'HED-402',
    '/spec/rules/1',
  ],
  [
    'an empty list of destinations',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]',
    '- backendRefs: []',
    'HED-402',
    '/spec/rules/1',
  ],
  [
    'an attempt longer than the default',
    'request: 5s, backendRequest: 1s',
    'backendRequest: 20s',
    'HED-403',
    '/spec/rules/0/timeouts/backendRequest',
  ],
  [
    'attempts that do not fit',
    'request: 5s, backendRequest: 1s',
    'request: 2s, backendRequest: 1s',
    'HED-404',
    '/spec/rules/0/timeouts/request',
  ],
  [
    'a timeout that is off',
    'request: 5s, backendRequest: 1s',
    'request: 0s',
    'HED-411',
    '/spec/rules/0/timeouts/request',
  ],
  [
    'many retries',
    'timeouts: { request: 5s, backendRequest: 1s }',
    'retry: { attempts: 9 }',
    'HED-414',
    '/spec/rules/0/retry/attempts',
  ],
  [
    'a header set and removed',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]',
    rule(
      'filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { set: [{ name: X-A, value: b }], remove: [x-a] } }]',
    ),
    'HED-405',
    '/spec/rules/1/filters/0/requestHeaderModifier/remove/0',
  ],
  [
    'a response header set twice',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]',
    rule(
      'filters: [{ type: ResponseHeaderModifier, responseHeaderModifier: { set: [{ name: a, value: b }, { name: A, value: c }] } }]',
    ),
    'HED-405',
    '/spec/rules/1/filters/0/responseHeaderModifier/set/1',
  ],
  [
    'a mirror to its own backend',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]',
    rule('filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: payments-v1, port: 8080 } } }]'),
    'HED-412',
    '/spec/rules/1/filters/0/requestMirror/backendRef',
  ],
  [
    'a redirect to the same place',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]',
    redirect(''),
    'HED-406',
    '/spec/rules/1/filters/0/requestRedirect',
  ],
  [
    'a redirect into its own match',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]',
    redirect('path: { type: ReplaceFullPath, replaceFullPath: /new }'),
    'HED-406',
    '/spec/rules/1/filters/0/requestRedirect',
  ],
  [
    'a redirect to its own name',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]',
    redirect('hostname: payments.shop'),
    'HED-406',
    '/spec/rules/1/filters/0/requestRedirect',
  ],
  [
    'a redirect that makes the path longer for ever',
    '- backendRefs: [{ name: payments-v1, port: 8080 }]',
    redirect('path: { type: ReplacePrefixMatch, replacePrefixMatch: /a }'),
    'HED-406',
    '/spec/rules/1/filters/0/requestRedirect',
  ],
  [
    'an expression that does not compile',
    '- matches: [{ path: { type: Exact, value: /charge } }]',
    '- matches: [{ path: { type: RegularExpression, value: "/a**" } }]',
    'HED-110',
    '/spec/rules/0/matches/0/path/value',
  ],
  [
    'a header expression that does not compile',
    '- matches: [{ path: { type: Exact, value: /charge } }]',
    '- matches: [{ headers: [{ name: a, type: RegularExpression, value: "a{5000}" }] }]',
    'HED-110',
    '/spec/rules/0/matches/0/headers/0/value',
  ],
  // Destination rules.
  ['an unknown host', 'host: catalog.shop', 'host: catalogue.shop', 'HED-201', '/spec/host'],
  [
    'a host that is no service name',
    'host: catalog.shop.svc.cluster.local',
    'host: catalog.shop.example',
    'HED-201',
    '/spec/host',
  ],
  ['a host of another namespace', 'host: catalog.shop', 'host: rates.bank', 'HED-206', '/spec/host'],
  [
    'two rules for one host',
    /$/,
    '---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: second, namespace: shop }\nspec: { host: catalog, trafficPolicy: {} }',
    'HED-302',
    '/spec/host',
  ],
  [
    'ejection of everyone',
    'maxEjectionPercent: 50',
    'maxEjectionPercent: 100',
    'HED-410',
    '/spec/trafficPolicy/outlierDetection/maxEjectionPercent',
  ],
  [
    'settings of an unknown port',
    '{ outlierDetection: { maxEjectionPercent: 50 } }',
    '{ portLevelSettings: [{ port: { number: 1 } }] }',
    'HED-202',
    '/spec/trafficPolicy/portLevelSettings/0/port/number',
  ],
  [
    'ejection of everyone on a port',
    '{ outlierDetection: { maxEjectionPercent: 50 } }',
    '{ portLevelSettings: [{ port: { number: 8080 }, outlierDetection: { maxEjectionPercent: 100 } }] }',
    'HED-410',
    '/spec/trafficPolicy/portLevelSettings/0/outlierDetection/maxEjectionPercent',
  ],
  // Faults.
  [
    'an unknown target',
    'targetRef: { kind: Service, name: catalog }',
    'targetRef: { kind: Service, name: cataloge }',
    'HED-201',
    '/spec/targetRef/name',
  ],
  ['an unknown caller', 'from: [{ service: web }]', 'from: [{ service: wbe }]', 'HED-204', '/spec/from/0/service'],
  [
    'a caller of the wrong namespace',
    'from: [{ service: web }]',
    'from: [{ service: web, namespace: bank }]',
    'HED-204',
    '/spec/from/0/service',
  ],
  ['no end', 'duration: 10m', '', 'HED-501', '/spec'],
  ['an end in the past', 'duration: 10m', 'expiresAt: "2026-11-24T11:59:59Z"', 'HED-502', '/spec/expiresAt'],
  ['an end far away', 'duration: 10m', 'expiresAt: "2026-12-24T12:00:00Z"', 'HED-504', '/spec/expiresAt'],
  ['a whole day', 'duration: 10m', 'duration: 24h', 'HED-504', '/spec/duration'],
  [
    'a fault for everyone',
    /from: \[\{ service: web \}\]\n {2}delay: .*\n/,
    'abort: { percentage: 100, httpStatus: 503 }\n',
    'HED-503',
    '/spec/abort/percentage',
  ],
  ['a delay above the default timeout', 'fixedDelay: 100ms', 'fixedDelay: 15s', 'HED-505', '/spec/delay/fixedDelay'],
  [
    'a delay above the timeout of an attempt',
    /targetRef: { kind: Service, name: catalog }([\s\S]*)fixedDelay: 100ms/,
    'targetRef: { kind: Service, name: payments-v1 }$1fixedDelay: 1s',
    'HED-505',
    '/spec/delay/fixedDelay',
  ],
  [
    'two faults on the same requests',
    /$/,
    '---\napiVersion: heddle.dev/v1alpha1\nkind: FaultInjection\nmetadata: { name: too, namespace: shop }\nspec: { targetRef: { kind: Service, name: catalog }, from: [{ service: web, namespace: shop }], abort: { percentage: 1, httpStatus: 503 }, duration: 1m }',
    'HED-305',
    '/spec',
  ],
  [
    'an expression of a fault that does not compile',
    'duration: 10m',
    'duration: 10m\n  match: [{ path: { type: RegularExpression, value: "/[z-a]" } }]',
    'HED-110',
    '/spec/match/0/path/value',
  ],
  // Authorization.
  ['labels that no workload has', 'app: payments }', 'app: paymnts }', 'HED-203', '/spec/selector/matchLabels'],
  [
    'a namespace without workloads',
    'metadata: { name: callers, namespace: shop }\nspec:\n  selector: { matchLabels: { app: payments } }',
    'metadata: { name: callers, namespace: empty }\nspec:',
    'HED-203',
    '/metadata/namespace',
  ],
  [
    'an unknown target service',
    'selector: { matchLabels: { app: payments } }',
    'targetRefs: [{ kind: Service, name: ghost }]',
    'HED-201',
    '/spec/targetRefs/0/name',
  ],
  ['a TCP workload', 'app: payments }', 'app: ledger }', 'HED-604', '/spec/selector'],
  ['a TCP workload in the namespace', 'selector: { matchLabels: { app: payments } }', '', 'HED-604', '/spec/selector'],
  [
    'an unknown service account',
    'serviceAccounts: [shop/web]',
    'serviceAccounts: [shop/web, shop/wbe]',
    'HED-204',
    '/spec/rules/0/from/0/source/serviceAccounts/1',
  ],
  [
    'an unknown namespace',
    'serviceAccounts: [shop/web]',
    'namespaces: [shop, nowhere]',
    'HED-204',
    '/spec/rules/0/from/0/source/namespaces/1',
  ],
  [
    'an unknown principal',
    'serviceAccounts: [shop/web]',
    'principals: ["td/ns/shop/sa/web", "*/sa/web"]',
    'HED-204',
    '/spec/rules/0/from/0/source/principals/0',
  ],
  [
    'only callers that do not exist',
    'serviceAccounts: [shop/web]',
    'serviceAccounts: [shop/ghost]',
    'HED-602',
    '/spec/rules',
  ],
  ['no rules', 'rules: [{ from: [{ source: { serviceAccounts: [shop/web] } }] }]', '', 'HED-601', '/spec'],
  [
    'a DENY of everything',
    'rules: [{ from: [{ source: { serviceAccounts: [shop/web] } }] }]',
    'action: DENY\n  rules: [{}]',
    'HED-605',
    '/spec/rules/0',
  ],
  [
    'the whole mesh closed',
    /metadata: { name: callers, namespace: shop }\nspec:[\s\S]*$/,
    'metadata: { name: callers, namespace: heddle-system }\nspec: {}',
    'HED-603',
    '/spec',
  ],
  [
    'the whole mesh denied',
    /metadata: { name: callers, namespace: shop }\nspec:[\s\S]*$/,
    'metadata: { name: callers, namespace: heddle-system }\nspec: { action: DENY, rules: [{}] }',
    'HED-603',
    '/spec/rules/0',
  ],
]

test.each(mutations)('%s is found', (_, from, to, code, path) => {
  const mutated = good.replace(from, to)
  expect(mutated).not.toBe(good)

  const findings = findingsOf(mutated)

  expect(findings.map((finding) => `${finding.code} ${finding.path}`)).toContain(`${code} ${path}`)
})

test('the table is as long as it was promised to be', () => {
  expect(mutations.length).toBeGreaterThanOrEqual(60)
})

test('every finding says what is wrong, what would happen and what to do', () => {
  const findings = mutations.flatMap(([, from, to]) => findingsOf(good.replace(from, to)))

  for (const finding of findings) {
    expect(finding.object).toMatch(/^\w+\/[a-z-]+\/[a-z-]+$/)
    expect([finding.message, finding.why, finding.fix].every((text) => text && text.length > 3)).toBe(true)
  }
})

test('a backend without instances is a warning, and none when it takes no requests', () => {
  const catalog = exampleCatalog()
  const without = {
    ...catalog,
    workloads: catalog.workloads.filter(({ entry }) => entry.spec.labels?.version !== 'v2'),
  }

  const warned = findingsOf(good, without)
  const idle = findingsOf(good.replace('weight: 20', 'weight: 0'), without)

  expect(warned).toMatchObject([{ code: 'HED-205', severity: 'warning', path: '/spec/rules/0/backendRefs/1/name' }])
  expect(idle).toEqual([])
})

test('before any workload has joined, policies on them are warnings at most', () => {
  const catalog = { ...exampleCatalog(), workloads: [] }

  const findings = findingsOf(good, catalog)

  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
})

test('a redirect to another scheme, a longer-known path or an outside name is no loop', () => {
  const redirects = [
    'scheme: https',
    'hostname: www.example.com',
    'path: { type: ReplaceFullPath, replaceFullPath: /charge }',
  ]

  for (const one of redirects) {
    const mutated = good.replace('- backendRefs: [{ name: payments-v1, port: 8080 }]', redirect(one))
    expect(findingsOf(mutated).filter(({ code }) => code === 'HED-406')).toEqual([])
  }
})

test('a loop over two services is followed', () => {
  const to = (host: string) => `{ filters: [{ type: RequestRedirect, requestRedirect: { hostname: ${host} } }] }`
  const there = route('there', to('web.shop'))
  const back = route('back', to('payments')).replace('name: payments, port: 8080', 'name: web, port: 8080')

  const findings = findingsOf(`${there}\n---\n${back}`)

  expect(findings.map(({ code, object }) => `${code} ${object}`)).toEqual([
    'HED-406 HTTPRoute/shop/back',
    'HED-406 HTTPRoute/shop/there',
  ])
})

test('routes for different ports, callers or names do not compete', () => {
  const rules = back('payments-v1')
  const own = route('a', rules)
  const ofCallers = route('b', rules.replace('name: payments-v1', 'name: payments-v1, namespace: shop'))
    .replace('namespace: shop }\nspec', 'namespace: bank }\nspec')
    .replace('name: payments, port', 'name: payments, namespace: shop, port')
  const named = route('c', rules, '  hostnames: [pay.example]')

  const findings = findingsOf([own, ofCallers, named].join('\n---\n'))

  expect(findings).toEqual([])
})

test('a hundred and one regular expressions are too many', () => {
  const matches = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => `{ path: { type: RegularExpression, value: "/x${from + index}" } }`)
  const rules = [matches(0, 60), matches(60, 41)].map(
    (all) => `{ matches: [${all.join(', ')}], backendRefs: [{ name: payments-v1, port: 8080 }] }`,
  )

  const findings = findingsOf(route('many', rules.join(', ')))

  expect(findings.map(({ code }) => code)).toContain('HED-413')
})

test('a change is told what it brings, and not what was wrong before', () => {
  const before = validateConfig(examplePolicies(), emptyCatalog, exampleTime)
  const added = policies(route('new', back('ghost')))
  const after = validateConfig([...examplePolicies(), ...added], emptyCatalog, exampleTime)

  const introduced = introducedFindings(before, after)

  expect(before.length).toBeGreaterThan(5)
  expect(introduced.every(({ object }) => object === 'HTTPRoute/shop/new')).toBe(true)
  expect(introduced.map(({ code }) => code)).toContain('HED-201')
})

function route(name: string, rules: string, more = ''): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments, port: 8080 }]
${more}
  rules: [${rules}]
`
}

function back(name: string): string {
  return `{ backendRefs: [{ name: ${name}, port: 8080 }] }`
}

function rule(more: string): string {
  return `- backendRefs: [{ name: payments-v1, port: 8080 }]\n      ${more}`
}

function redirect(fields: string): string {
  return `- filters: [{ type: RequestRedirect, requestRedirect: { ${fields} } }]`
}

test('a misspelt name and a timeout that is too short come with the edit that would mend them', () => {
  const name = findingsOf(good.replace('kind: Service, name: payments, port', 'kind: Service, name: paymets, port'))
  const timeout = findingsOf(good.replace('request: 5s, backendRequest: 1s', 'request: 2s, backendRequest: 1s'))

  expect(name).toContainEqual(
    expect.objectContaining({ repair: { kind: 'put', path: '/spec/parentRefs/0/name', value: 'payments' } }),
  )
  expect(timeout).toContainEqual(
    expect.objectContaining({ repair: { kind: 'put', path: '/spec/rules/0/timeouts/request', value: '3s' } }),
  )
})
