import { expect, test } from 'vitest'
import { effectiveConfig } from './effective-config.ts'
import { meshConfig, policies } from './example-mesh.fixture.ts'
import { viewOf } from './mesh-view.ts'
import { policyTargets } from './policy-targets.ts'

const guard = (name: string, spec: string, namespace = 'shop') => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`

function targetsOf(yaml: string): readonly string[] {
  const mesh = meshConfig(policies(yaml))
  const [policy] = mesh.policies
  return policy === undefined ? [] : policyTargets(viewOf(mesh))(policy)
}

test.each([
  ['its labels', guard('a', '{ selector: { matchLabels: { app: catalog } } }'), ['shop/catalog']],
  [
    'labels of some of its instances',
    guard('a', '{ selector: { matchLabels: { app: payments, version: v2 } } }'),
    ['shop/payments', 'shop/payments-v2'],
  ],
  ['its name', guard('a', '{ targetRefs: [{ kind: Service, name: web }] }'), ['shop/web']],
  ['its namespace', guard('a', '{ action: DENY, rules: [{}] }', 'bank'), ['bank/rates']],
  [
    'its host',
    `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: any, namespace: shop }
spec: { host: catalog, trafficPolicy: { loadBalancer: { simple: RANDOM } } }
`,
    ['shop/catalog'],
  ],
])('a policy acts on a service that it chooses by %s', (_what, yaml, services) => {
  expect(targetsOf(yaml)).toEqual(services)
})

test('access to some of the instances is told as that', () => {
  const mesh = meshConfig(policies(guard('v2-only', '{ selector: { matchLabels: { app: payments, version: v2 } } }')))
  const accessTo = (name: string) =>
    effectiveConfig(mesh, 'shop', name).filter(({ setting }) => setting.startsWith('access'))

  expect(accessTo('payments')).toMatchObject([
    { setting: 'access to some of its instances', origin: 'AuthorizationPolicy/shop/v2-only' },
  ])
  expect(accessTo('payments-v2')).toMatchObject([{ setting: 'access', origin: 'AuthorizationPolicy/shop/v2-only' }])
  expect(accessTo('payments-v1')).toMatchObject([{ value: 'everyone may call' }])
})
