import { expect, test } from 'vitest'
import { exampleCatalog, meshConfig, service } from '../snapshot/example-mesh.fixture.ts'
import { buildGraph } from './build-graph.ts'
import { sumEdges } from './edge-sum.ts'
import { observed } from './observed-requests.fixture.ts'
import { SignalCell } from './signal-cell.ts'

/** The node of payments when each caller's requests went so; all of them took 20 ms in the hour before. */
function payments(callers: Readonly<Record<string, { requests: number; durationMs: number; status?: number }>>) {
  const pieces = Object.entries(callers).map(([source, given]) => {
    const observation = observed({ source, ...given })
    const cell = new SignalCell()
    cell.observe(observation)
    return { ...observation, cell }
  })
  const { nodes, edges } = buildGraph({
    edges: sumEdges(pieces),
    windowSeconds: 15,
    mesh: meshConfig([], { catalog: exampleCatalog() }),
    proxies: [],
    baseline: () => 20,
    unwellSince: (_edge, health) => (health === 'ok' ? undefined : 1_700_000_000),
    rollingServices: new Set(),
    namespaces: undefined,
    now: new Date(1_700_000_060_000),
  })
  return { node: nodes.find(({ id }) => id === 'svc:shop/payments'), edges }
}

test('a service whose only caller waits four times as long as before fails as the edge does, and says since when', () => {
  const { node, edges } = payments({ checkout: { requests: 50, durationMs: 400 } })

  expect(edges[0]).toMatchObject({ health: 'fail', baselineP95Ms: 20, since: '2023-11-14T22:13:20.000Z' })
  expect(node).toMatchObject({ health: 'fail', since: '2023-11-14T22:13:20.000Z' })
})

test('a service that is slow for one caller of many is degraded, and one that is slow for nobody is well', () => {
  const many = { requests: 500, durationMs: 15 }

  expect(payments({ checkout: { requests: 50, durationMs: 400 }, web: many }).node?.health).toBe('warn')
  expect(payments({ checkout: many, web: many }).node).toMatchObject({ health: 'ok' })
  expect(payments({ checkout: many, web: many }).node).not.toHaveProperty('since')
})

test('a service that is a part of another says so while it has no traffic of its own', () => {
  const catalog = exampleCatalog()
  const v1 = service('shop', 'payments-v1', { app: 'payments', version: 'v1' })
  const { nodes } = buildGraph({
    edges: new Map(),
    windowSeconds: 15,
    mesh: meshConfig([], { catalog: { ...catalog, services: [...catalog.services, v1] } }),
    proxies: [],
    baseline: () => undefined,
    unwellSince: () => undefined,
    rollingServices: new Set(),
    namespaces: undefined,
    now: new Date(1_700_000_060_000),
  })

  expect(nodes.find(({ name }) => name === 'payments-v1')).toMatchObject({ partOf: 'payments' })
  expect(nodes.find(({ name }) => name === 'payments')).not.toHaveProperty('partOf')
})
