import { LocalLimiter } from '@heddle/engine/limit/local-limiter'
import { descriptionsOf } from '@heddle/engine/limit/route-rate-limits'
import { requestWith } from '@heddle/engine/request/request.fixture'
import type { RequestView } from '@heddle/engine/request/request-view'
import { matchRoute } from '@heddle/engine/route/route-table'
import type { RateLimit } from '@heddle/shared/model/rate-limit'
import { expect, test } from 'vitest'
import { policies } from './example-mesh.fixture.ts'
import { limitedRoutes } from './limited-route.fixture.ts'

/** Asks the engine, with the very message that proxies get, whether a request is let through. */
function limiterOf(...specs: readonly string[]) {
  const limits = specs.flatMap((spec, index) =>
    policies(`
apiVersion: heddle.dev/v1alpha1
kind: RateLimit
metadata: { name: l${index}, namespace: shop }
spec: { targetRef: { kind: Service, name: payments }, ${spec} }
`),
  ) as RateLimit[] // the documents above are limits
  const { table } = limitedRoutes(limits)
  const route = matchRoute(table, requestOf('/', {}), 0)
  const override = route?.filters.get('envoy.filters.http.local_ratelimit')
  if (override?.kind !== 'local-rate-limit' || route?.action.kind !== 'forward') throw new Error('no limit was made')
  const { limit } = override
  const { action } = route
  const limiter = new LocalLimiter(limit, 0)
  return (path: string, headers: Readonly<Record<string, string>> = {}) => {
    const described = { request: requestOf(path, headers), remoteAddress: '', nodeCluster: '', cluster: 'app' }
    return limiter.allow(descriptionsOf(action, limit, described), 0)
  }
}

function requestOf(target: string, headers: Readonly<Record<string, string>>): RequestView {
  const [path = '', query = ''] = target.split('?')
  return requestWith(headers, { path, query, authority: 'payments' })
}

const once = 'limit: { requests: 1, interval: 1h }'

test('a limit without conditions counts every request', () => {
  const ask = limiterOf(once)

  expect([ask('/a'), ask('/b?c=d')]).toEqual([true, false])
})

test('a prefix counts whole segments, an exact path with any query, and nothing beside them', () => {
  const ask = limiterOf(`match: [{ path: { value: /api } }, { path: { type: Exact, value: /x.y } }], ${once}`)

  expect([ask('/api'), ask('/api/a?b=c')]).toEqual([true, false])
  expect([ask('/x.y?q'), ask('/x.y'), ask('/xzy'), ask('/x.y/')]).toEqual([true, false, true, true])
  expect([ask('/apis'), ask('/'), ask('/apis')]).toEqual([true, true, true])
})

test('each caller and each match counts by itself', () => {
  const ask = limiterOf(
    `from: [{ service: web }, { service: cart }], match: [{ method: GET }, { method: PUT }], ${once}`,
  )
  const from = (service: string, method: string) =>
    ask('/', { 'x-envoy-downstream-service-cluster': `${service}.shop`, ':method': method })

  expect([from('web', 'GET'), from('web', 'GET')]).toEqual([true, false])
  expect([from('cart', 'GET'), from('web', 'PUT'), from('other', 'GET'), from('other', 'GET')]).toEqual([
    true,
    true,
    true,
    true,
  ])
})

test('two limits on one request both hold', () => {
  const ask = limiterOf(
    'limit: { requests: 1, interval: 1h, burst: 3 }',
    `match: [{ queryParams: [{ name: a, value: b }] }], ${once}`,
  )

  expect([ask('/?a=b'), ask('/?a=b'), ask('/'), ask('/')]).toEqual([true, false, true, false])
})
