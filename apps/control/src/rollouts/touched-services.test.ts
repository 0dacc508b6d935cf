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

  expect([...touchedServices(before, before)]).toEqual([])
  expect([...touchedServices(before, without)]).toEqual(['bank/rates'])
  expect([...touchedServices(without, before)]).toEqual(['bank/rates'])
  expect([...touchedServices(before, changed)]).toEqual(['shop/catalog'])
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

  expect([...touchedServices(before, both)]).toEqual([])
  expect([...touchedServices(before, route)]).toEqual([])
})
