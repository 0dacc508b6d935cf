import { expect, test } from 'vitest'
import { yamlOnlyFields } from './yaml-only-fields.ts'

const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: payments
  namespace: shop
  labels: { team: money }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments }]
  rules:
    - matches:
        - path: { type: Exact, value: /charge }
          headers: [{ name: x-beta, value: "1" }]
      filters:
        - type: RequestMirror
        - { type: URLRewrite, urlRewrite: { hostname: a } }
      backendRefs: [{ name: payments-v1, port: 8080, weight: 1 }]
      retry: { attempts: 1, codes: [503] }
`

test('what the form does not show is named with its line, the outermost field only', () => {
  expect(yamlOnlyFields(route, 'HTTPRoute')).toEqual([
    { pointer: '/metadata/labels', line: 6 },
    { pointer: '/spec/rules/0/matches/0/headers', line: 12 },
    { pointer: '/spec/rules/0/filters/1/urlRewrite', line: 15 },
  ])
})

test('a second caller of a fault is only in the text, the first is not', () => {
  const fault = 'kind: FaultInjection\nspec:\n  from:\n    - service: web\n    - service: cart\n'

  expect(yamlOnlyFields(fault, 'FaultInjection')).toEqual([{ pointer: '/spec/from/1', line: 5 }])
})

test('of a fault every effect and every bound is in the form', () => {
  const fault = `kind: FaultInjection
spec:
  delay: { percentage: 1, fixedDelay: 1s }
  abort: { percentage: 1, grpcStatus: UNAVAILABLE }
  reset: { percentage: 1 }
  responseBandwidth: { percentage: 1, kibPerSecond: 16 }
  maxActiveFaults: 5
  expiresAt: 2040-05-01T12:30:00Z
`

  expect(yamlOnlyFields(fault, 'FaultInjection')).toEqual([])
})

test('of a kind without a form everything but its name is only in the text', () => {
  expect(yamlOnlyFields('kind: Service\nspec:\n  ports: []\n', 'Service')).toEqual([{ pointer: '/spec', line: 2 }])
})

test('of a destination its balancing, its breaker and its outliers are in the form, a hash and its ports are not', () => {
  const rule = `kind: DestinationRule
spec:
  host: catalog
  trafficPolicy:
    loadBalancer: { consistentHash: { useSourceIp: true } }
    connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } }
    outlierDetection: { consecutive5xxErrors: 5 }
    portLevelSettings: []
`

  expect(yamlOnlyFields(rule, 'DestinationRule')).toEqual([
    { pointer: '/spec/trafficPolicy/loadBalancer/consistentHash', line: 5 },
    { pointer: '/spec/trafficPolicy/portLevelSettings', line: 8 },
  ])
})
