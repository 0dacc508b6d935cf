import { expect, test } from 'vitest'
import { examplePolicies, meshConfig, policies } from '../snapshot/example-mesh.fixture.ts'
import { touchedServices } from './touched-services.ts'

const before = meshConfig(examplePolicies())

test('what is touched is what a revision adds, changes and takes away', () => {
  const isAbout = (name: string) => (policy: (typeof before.policies)[number]) => policy.object.metadata.name === name
  const without = { ...before, policies: before.policies.filter((policy) => !isAbout('rates-of-shop')(policy)) }
  const changed = {
    ...before,
    policies: before.policies.map((policy) => (isAbout('catalog')(policy) ? { ...policy, revision: 99 } : policy)),
  }

  expect([...touchedServices(before, before).keys()]).toEqual([])
  expect([...touchedServices(before, without).keys()]).toEqual(['bank/rates'])
  expect([...touchedServices(without, before).keys()]).toEqual(['bank/rates'])
  expect([...touchedServices(before, changed).keys()]).toEqual(['shop/catalog'])
})

test('a service on which a fault changes is not judged by its requests: that they fail is wanted', () => {
  const [fault] = policies(`
apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: slow, namespace: shop }
spec: { targetRef: { kind: Service, name: payments }, delay: { percentage: 50, fixedDelay: 20s }, duration: 1h }
`)
  const both = meshConfig([...examplePolicies(), ...(fault ? [fault] : [])])
  const route = {
    ...both,
    policies: both.policies.map((policy, index) => (index === 0 ? { ...policy, revision: 99 } : policy)),
  }

  expect([...touchedServices(before, both).keys()]).toEqual([])
  expect([...touchedServices(before, route).keys()]).toEqual([])
})

test('requests to a backend of a split are reported under the name that its callers ask for', () => {
  const [rule] = policies(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: new-payments, namespace: shop }
spec: { host: payments-v2, trafficPolicy: { connectionPool: { http: { http1MaxPendingRequests: 1 } } } }
`)
  const after = meshConfig([...examplePolicies(), ...(rule ? [rule] : [])])

  const names = touchedServices(before, after).get('shop/payments-v2') ?? []

  expect([...names].sort()).toEqual(['shop/payments', 'shop/payments-v2'])
})
