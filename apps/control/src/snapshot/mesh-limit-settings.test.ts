import { descriptionsOf } from '@heddle/engine/limit/route-rate-limits'
import { requestWith } from '@heddle/engine/request/request.fixture'
import type { RequestView } from '@heddle/engine/request/request-view'
import { matchRoute } from '@heddle/engine/route/route-table'
import type { RateLimit } from '@heddle/shared/model/rate-limit'
import { expect, test } from 'vitest'
import { limitRules } from '../limits/limit-rules.ts'
import { RateLimiter } from '../limits/rate-limiter.ts'
import { exampleTime, policies } from './example-mesh.fixture.ts'
import { limitedRoutes } from './limited-route.fixture.ts'
import { rateLimitSettings } from './rate-limit-settings.ts'

type Headers = Readonly<Record<string, string>>

/** What the service says to the descriptors that proxies make of the very message that they get. */
function meshOf(spec: string) {
  const limits = policies(`
apiVersion: heddle.dev/v1alpha1
kind: RateLimit
metadata: { name: charges, namespace: shop }
spec: { targetRef: { kind: Service, name: payments }, scope: Mesh, ${spec} }
`) as RateLimit[] // the document above is a limit
  const { versions, table } = limitedRoutes(limits)
  const limiter = new RateLimiter()
  limiter.setRules(limitRules([versions]))
  const describe = (stage: number, path: string, headers: Headers, remoteAddress = '10.0.0.1') => {
    const request = requestOf(path, headers)
    const route = matchRoute(table, request, 0)
    if (route?.action.kind !== 'forward') throw new Error('no route was made')
    return descriptionsOf(
      route.action,
      { stage, virtualHostRules: 'override', rules: undefined },
      { request, remoteAddress, nodeCluster: 'payments.shop', cluster: 'app' },
    )
  }
  return {
    describe,
    ask: (path: string, headers: Headers = {}, remoteAddress = '10.0.0.1') => {
      const described = describe(1, path, headers, remoteAddress)
      if (described.length === 0) return 'not asked'
      const descriptors = described.map(({ entries }) => ({ entries, hits: 1, override: undefined }))
      return limiter.answer({ domain: 'heddle', descriptors }, 0).isOver ? 'refused' : 'passes'
    },
  }
}

function requestOf(target: string, headers: Headers): RequestView {
  const [path = '', query = ''] = target.split('?')
  return requestWith(headers, { path, query, authority: 'payments' })
}

const once = 'limit: { requests: 1, interval: 1h }'

test('the service knows what proxies ask, and only requests that a limit speaks of are asked about', () => {
  const mesh = meshOf(`match: [{ path: { value: /charge }, queryParams: [{ name: a, value: b }] }], ${once}`)

  expect([mesh.ask('/charge?a=b'), mesh.ask('/charge?a=b'), mesh.ask('/charge'), mesh.ask('/')]).toEqual([
    'passes',
    'refused',
    'not asked',
    'not asked',
  ])
})

test('callers are counted by themselves where the limit says so, and so are addresses', () => {
  const mesh = meshOf(`countBy: [{ type: Caller }, { type: ClientAddress }], ${once}`)
  const from = (service: string, address: string) =>
    mesh.ask('/', { 'x-envoy-downstream-service-cluster': service }, address)

  const asked = [from('web', '10.0.0.1'), from('cart', '10.0.0.1'), from('web', '10.0.0.2'), from('web', '10.0.0.1')]

  expect(asked).toEqual(['passes', 'passes', 'passes', 'refused'])
})

test('leaving the counted header out is no way around the limit', () => {
  const mesh = meshOf(`countBy: [{ type: Header, name: X-User }], ${once}`)

  expect([mesh.ask('/', { 'x-user': 'ada' }), mesh.ask('/'), mesh.ask('/')]).toEqual(['passes', 'passes', 'refused'])
})

test('a limit that denies without an answer is asked about by the filter that does', () => {
  const mesh = meshOf(`failureModeDeny: true, ${once}`)

  expect([0, 1, 2].map((stage) => mesh.describe(stage, '/', {}).length)).toEqual([0, 0, 1])
})

test('a proxy that knows no such service has nothing described to it', () => {
  const [object] = policies(`
apiVersion: heddle.dev/v1alpha1
kind: RateLimit
metadata: { name: charges, namespace: shop }
spec: { targetRef: { kind: Service, name: payments }, scope: Mesh, ${once} }
`) as [RateLimit] // the document above is a limit

  expect(rateLimitSettings([{ object, revision: 1, createdRevision: 1, activeSince: exampleTime }], false)).toEqual({})
})
