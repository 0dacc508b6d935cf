import { expect, test } from 'vitest'
import { policies, service } from '../snapshot/example-mesh.fixture.ts'
import { validateConfig } from './validate-config.ts'

const now = Date.parse('2026-01-01T12:00:00Z')
const catalog = {
  sequence: 1,
  services: [
    service('shop', 'payments', { app: 'payments' }),
    service('shop', 'ledger', { app: 'ledger' }, [{ name: 'tcp', port: 5432 }]),
  ],
  workloads: [],
}

test.each([
  ['a Service that is there', 'targetRef: { kind: Service, name: payments }', []],
  ['an unknown Service', 'targetRef: { kind: Service, name: payment }', ['HED-201 /spec/targetRef/name']],
  ['a Service that speaks no HTTP', 'targetRef: { kind: Service, name: ledger }', ['HED-207 /spec/targetRef/name']],
  [
    'a caller that nobody is',
    'targetRef: { kind: Service, name: payments }, from: [{ service: ghost }]',
    ['HED-204 /spec/from/0/service'],
  ],
])('a limit of %s', (_what, spec, expected) => {
  const limits = policies(`
apiVersion: heddle.dev/v1alpha1
kind: RateLimit
metadata: { name: charges, namespace: shop }
spec: { ${spec}, scope: Mesh, limit: { requests: 1, interval: 1s } }
`)

  expect(validateConfig(limits, catalog, now).map(({ code, path }) => `${code} ${path}`)).toEqual(expected)
})
