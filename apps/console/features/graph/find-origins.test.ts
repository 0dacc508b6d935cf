import type { GraphEdge } from '@heddle/shared/api/graph'
import { expect, test } from 'vitest'
import { findOrigins } from './find-origins.ts'

function edge(source: string, target: string, health: GraphEdge['health'], errorShare = 0): GraphEdge {
  const [from, to] = [source, target].map((name) => (name === 'outside' ? 'ext:unknown' : `svc:shop/${name}`))
  return {
    id: `${from}>${to}`,
    source: from ?? '',
    target: to ?? '',
    protocol: 'http',
    health,
    signals: { requestsPerSecond: 2, requests: 30, errorShare, deniedShare: 0, injectedShare: 0 },
    flags: [],
    revisions: [],
  }
}

const named = (edges: readonly GraphEdge[]) =>
  findOrigins({ edges }).map(({ edge, feltBy }) => [edge.id.replaceAll('svc:shop/', ''), ...feltBy])

test('a failure is told where it starts, with all who feel it, nearest first', () => {
  const edges = [
    edge('outside', 'web', 'warn', 0.02),
    edge('web', 'checkout', 'fail', 0.2),
    edge('web', 'catalog', 'ok'),
    edge('checkout', 'payments', 'fail', 0.3),
    edge('checkout', 'shipping', 'ok'),
  ]

  expect(named(edges)).toEqual([['checkout>payments', 'web', 'callers outside the mesh']])
})

test('of several the worst comes first: what fails before what is degraded, and then what fails most', () => {
  const edges = [edge('a', 'b', 'warn'), edge('c', 'd', 'fail', 0.1), edge('e', 'f', 'fail', 0.5)]

  expect(named(edges)).toEqual([['e>f'], ['c>d'], ['a>b']])
})

test('a circle of unwell edges is told whole, and an end is found', () => {
  expect(named([edge('a', 'b', 'fail'), edge('b', 'a', 'fail')])).toEqual([['a>b'], ['b>a']])
})

test('where all is well no origin is told', () => {
  expect(named([edge('a', 'b', 'ok'), edge('b', 'c', 'low')])).toEqual([])
})
