import type { Graph } from '@heddle/shared/api/graph'
import { expect, test } from 'vitest'
import { findInGraph } from './find-in-graph.ts'

const signals = (errorShare: number) => ({
  requestsPerSecond: 5,
  requests: 50,
  errorShare,
  deniedShare: 0,
  injectedShare: 0,
})
const graph = {
  nodes: [
    { id: 'svc:shop/web', name: 'web', namespace: 'shop', signals: signals(0) },
    { id: 'svc:shop/cart', name: 'cart', namespace: 'shop', signals: signals(0.3) },
  ],
  edges: [{ id: 'svc:shop/web>svc:shop/cart', source: 'svc:shop/web', target: 'svc:shop/cart', signals: signals(0.3) }],
} as unknown as Graph // only what a search reads

test.each([
  ['cart', ['svc:shop/cart', 'svc:shop/web>svc:shop/cart']],
  ['err > 5', ['svc:shop/cart', 'svc:shop/web>svc:shop/cart']],
  ['err>5 and web', ['svc:shop/web>svc:shop/cart']],
  ['rps < 1', []],
  ['p95 > 1', []],
])('%s finds %j', (text, ids) => {
  expect([...(findInGraph(graph, text)?.ids ?? [])]).toEqual(ids)
})

test('an empty search is none, and an unknown field says what there is', () => {
  expect(findInGraph(graph, ' ')).toBeUndefined()
  expect(findInGraph(graph, 'mtls < 100')?.problem).toContain('err')
})
