import { expect, test } from 'vitest'
import { service, workload } from '../snapshot/example-mesh.fixture.ts'
import type { Workload } from './catalog.ts'
import { indexCatalog } from './catalog-index.ts'
import { resolveEndpoints } from './resolve-endpoints.ts'

const payments = service('shop', 'payments', { app: 'payments' })
const port = { name: 'http', port: 80, targetPort: 8080 }

function addresses(workloads: readonly Workload[], of = payments, at = port): string[] {
  const index = indexCatalog({ sequence: 1, services: [of], workloads })
  return resolveEndpoints(index, of, at).map((endpoint) => `${endpoint.address}:${endpoint.port}`)
}

test('instances with all labels of the selector are the endpoints, whatever their order', () => {
  const v1 = service('shop', 'payments-v1', { app: 'payments', version: 'v1' })
  const workloads = [
    workload('shop', 'payments', 'v2', '127.0.0.3'),
    workload('shop', 'payments', 'v1', '127.0.0.2'),
    workload('shop', 'payments', 'v1', '127.0.0.1'),
    workload('shop', 'web', 'v1', '127.0.0.4'),
  ]

  expect(addresses(workloads)).toEqual(['127.0.0.1:8080', '127.0.0.2:8080', '127.0.0.3:8080'])
  expect(addresses(workloads, v1)).toEqual(['127.0.0.1:8080', '127.0.0.2:8080'])
  expect(addresses([...workloads].reverse())).toEqual(addresses(workloads))
})

test('instances of another namespace with the same labels are not', () => {
  expect(addresses([workload('bank', 'payments', 'v1', '127.0.0.1')])).toEqual([])
})

test('an address that was registered twice stands once, as the healthier entry', () => {
  const twice = [
    workload('shop', 'payments', 'v1', '127.0.0.1', { health: 'draining' }),
    workload('shop', 'payments', 'v1', '127.0.0.1', { health: 'healthy' }),
  ]
  const index = indexCatalog({ sequence: 1, services: [payments], workloads: twice })

  const endpoints = resolveEndpoints(index, payments, port)

  expect(endpoints.map(({ workload: found }) => found.health)).toEqual(['healthy'])
})

test('a named target port is the one that the instance gives that name', () => {
  const named = workload('shop', 'payments', 'v1', '127.0.0.1')
  const entry = { ...named.entry, spec: { ...named.entry.spec, ports: { web: 9000 } } }
  const workloads = [{ ...named, entry }, workload('shop', 'payments', 'v1', '127.0.0.2')]
  const index = indexCatalog({ sequence: 1, services: [payments], workloads })

  const endpoints = resolveEndpoints(index, payments, { port: 80, targetPort: 'web' })

  expect(endpoints.map(({ address, port: number }) => `${address}:${number}`)).toEqual(['127.0.0.1:9000'])
})
