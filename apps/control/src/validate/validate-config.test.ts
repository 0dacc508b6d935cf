import { expect, test } from 'vitest'
import { emptyCatalog } from '../catalog/catalog.ts'
import { exampleCatalog, examplePolicies, exampleTime, policies } from '../snapshot/example-mesh.fixture.ts'
import { mutations } from './config-mutations.fixture.ts'
import { back, good, redirect, route } from './good-config.fixture.ts'
import { introducedFindings } from './introduced-findings.ts'
import { validateConfig } from './validate-config.ts'

function findingsOf(yaml: string, catalog = exampleCatalog()) {
  return validateConfig(policies(yaml), catalog, exampleTime)
}

test('a good configuration has no findings', () => {
  expect(findingsOf(good)).toEqual([])
})

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
