import { expect, test } from 'vitest'
import { exampleCatalog, meshConfig, policies, service } from './example-mesh.fixture.ts'
import { viewOf } from './mesh-view.ts'
import { selectRoutes } from './select-routes.ts'

function route(name: string, namespace: string, parent: string, more = ''): string {
  return `
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  parentRefs: [{ group: "", kind: Service, ${parent} }]
  ${more}
  rules: [{ backendRefs: [{ name: payments-v1, namespace: shop, port: 8080 }] }]
`
}

function selected(yaml: string, callers: string, port = 8080) {
  const view = viewOf(meshConfig(policies(yaml)))
  const payments = service('shop', 'payments', { app: 'payments' })
  const { own, byHostname } = selectRoutes(view, payments, port, callers)
  const names = (entries: typeof own) => entries?.map(({ policy }) => policy.object.metadata.name)
  return { own: names(own), byHostname: [...byHostname].map(([host, entries]) => [host, names(entries)]) }
}

test('a service that is no parent has no routes', () => {
  expect(selected(route('a', 'shop', 'name: web'), 'shop').own).toBeUndefined()
})

test('a route of the service acts on callers of every namespace', () => {
  const yaml = route('a', 'shop', 'name: payments')

  expect(selected(yaml, 'shop').own).toEqual(['a'])
  expect(selected(yaml, 'bank').own).toEqual(['a'])
})

test('a route of the callers acts on them alone, in place of the one of the service', () => {
  const yaml = route('a', 'shop', 'name: payments') + route('b', 'bank', 'name: payments, namespace: shop')

  expect(selected(yaml, 'bank').own).toEqual(['b'])
  expect(selected(yaml, 'shop').own).toEqual(['a'])
  expect(selected(yaml, 'other').own).toEqual(['a'])
})

test('a route for one port leaves the others alone', () => {
  const yaml = route('a', 'shop', 'name: payments, port: 8080')

  expect(selected(yaml, 'shop', 8080).own).toEqual(['a'])
  expect(selected(yaml, 'shop', 9090).own).toBeUndefined()
})

test('a route with hostnames acts on these and leaves the names of the service alone', () => {
  const yaml = route('a', 'shop', 'name: payments', 'hostnames: [pay.example.com]')

  expect(selected(yaml, 'shop')).toEqual({ own: undefined, byHostname: [['pay.example.com', ['a']]] })
})

test('of two equally specific routes the older stands first, then the one whose name comes first', () => {
  const yaml = route('b', 'shop', 'name: payments') + route('a', 'shop', 'name: payments')
  const config = meshConfig(policies(yaml))
  const sameAge = { ...config, policies: config.policies.map((policy) => ({ ...policy, createdRevision: 1 })) }
  const payments = exampleCatalog().services.find(({ metadata }) => metadata.name === 'payments')

  const order = (mesh: typeof config) =>
    payments && selectRoutes(viewOf(mesh), payments, 8080, 'shop').own?.map(({ policy }) => policy.object.metadata.name)

  expect(order(config)).toEqual(['b', 'a'])
  expect(order(sameAge)).toEqual(['a', 'b'])
})
