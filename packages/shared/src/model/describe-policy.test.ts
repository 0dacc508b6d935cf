import { expect, test } from 'vitest'
import type { PolicyObject } from './any-object.ts'
import { describePolicy } from './describe-policy.ts'
import { parseObject } from './parse-object.ts'

const metadata = { name: 'x', namespace: 'shop' }

test.each([
  [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata,
      spec: {
        parentRefs: [{ group: '', kind: 'Service', name: 'payments' }],
        rules: [
          {
            backendRefs: [
              { name: 'payments-v1', port: 80, weight: 80 },
              { name: 'payments-v2', port: 80, weight: 20 },
            ],
            timeouts: { request: '5s' },
          },
          { matches: [{ path: { value: '/a' } }], backendRefs: [{ name: 'a', port: 80 }] },
        ],
      },
    },
    'Service shop/payments',
    'Sends 80 % to payments-v1, 20 % to payments-v2, within 5s; and 1 more rule',
  ],
  [
    {
      apiVersion: 'heddle.dev/v1alpha1',
      kind: 'FaultInjection',
      metadata,
      spec: {
        targetRef: { kind: 'Service', name: 'payments' },
        from: [{ service: 'checkout' }],
        match: [{ path: { type: 'Exact', value: '/charge' } }],
        abort: { percentage: 30, httpStatus: 503 },
      },
    },
    'Service shop/payments',
    'Answers 30 % with 503 of the requests from checkout for /charge',
  ],
  [
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata,
      spec: {
        host: 'catalog.shop.svc.cluster.local',
        trafficPolicy: { loadBalancer: { simple: 'RANDOM' }, connectionPool: {}, outlierDetection: {} },
      },
    },
    'Service shop/catalog',
    'Balances by RANDOM, limits connections and leaves out failing instances',
  ],
  [
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata,
      spec: {
        selector: { matchLabels: { app: 'payments' } },
        rules: [
          {
            from: [{ source: { serviceAccounts: ['shop/checkout'] } }],
            to: [{ operation: { methods: ['POST'], paths: ['/charge'] } }],
          },
        ],
      },
    },
    'Workloads app=payments in shop',
    'Allows shop/checkout POST /charge',
  ],
  [
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata, spec: {} },
    'All workloads in shop',
    'Denies every request',
  ],
])('a policy says what it acts on and what it does (%#)', (document, target, effect) => {
  const result = parseObject(document)

  // Catalog objects are not among the examples.
  const policy = result.kind === 'valid' ? (result.object as PolicyObject) : undefined
  expect(policy && describePolicy(policy)).toEqual({ target, effect })
})
