import { eventually } from '@heddle/testkit/eventually'
import { expect, test } from 'vitest'
import {
  ads,
  answer,
  bootstrapOf,
  eds,
  endpoints,
  forms,
  listeningAt,
  ofRoutes,
  onEachSide,
  type Side,
  startOurs,
  statsOf,
  table,
  twoUpstreams,
} from './harness/over-xds.ts'
import { withEnvoy } from './harness/start-envoy.ts'
import { startXdsServer } from './harness/xds-server.ts'

// Resources of a control plane that come in an order, or at a time, of its own.

withEnvoy.for(forms)('over %s endpoints that never come hold back their own cluster, as in Envoy', async (form) => {
  await using upstreams = await twoUpstreams()
  const seen = await onEachSide(async (start) => {
    await using server = await startXdsServer()
    server.set('Cluster', [eds('a', ads)])
    server.set('ClusterLoadAssignment', [endpoints('a', upstreams.a), endpoints('b', upstreams.b)])
    server.set('Listener', [ofRoutes('routes', ads)])
    server.set('RouteConfiguration', [table('routes', [['/', 'a']])])
    await using side = await start(bootstrapOf(server, ads, form))
    const port = await listeningAt(side)

    // Nobody has endpoints for "never", and it is waited for 15 s.
    server.set('Cluster', [eds('a', ads), eds('b', ads), eds('never', ads)])
    await eventually(() =>
      server.said.some(({ kind, names }) => kind.endsWith('Assignment') && names.includes('never')),
    )
    const routes = [
      ['/b', 'b'],
      ['/', 'a'],
    ] as const
    server.set('RouteConfiguration', [table('routes', routes)])
    await eventually(async () => (await answer(port, '/b')) === '200 b', 10_000)

    const warming = (await statsOf(side)).filter((line) => line.startsWith('cluster_manager.warming_clusters'))
    return [await answer(port, '/'), ...warming]
  })
  expect(seen.ours).toEqual(seen.envoys)
  expect(seen.ours).toEqual(['200 a', 'cluster_manager.warming_clusters: 1'])
})

withEnvoy.for(forms)('over %s a listener waits for its routes, and another one does not', async (form) => {
  await using upstreams = await twoUpstreams()
  const seen = await onEachSide(async (start) => {
    await using server = await startXdsServer()
    server.set('Cluster', [eds('a', ads)])
    server.set('ClusterLoadAssignment', [endpoints('a', upstreams.a)])
    server.set('Listener', [])
    await using side = await start(bootstrapOf(server, ads, form))

    server.set('RouteConfiguration', [table('routes', [['/', 'a']])])
    server.set('Listener', [{ ...ofRoutes('never', ads), name: 'waits' }, ofRoutes('routes', ads)])
    const port = await listeningAt(side)

    return await answer(port, '/')
  })
  expect(seen).toEqual({ ours: '200 a', envoys: '200 a' })
})

// An Envoy answers 503 in between: go-control-plane sends the routes of a new snapshot before it is asked for the endpoints.
test.for(forms)('over %s routes ahead of their cluster’s endpoints fail no request', async (form) => {
  await using upstreams = await twoUpstreams()
  await using server = await startXdsServer()
  server.set('Cluster', [eds('a', ads)])
  server.set('ClusterLoadAssignment', [endpoints('a', upstreams.a)])
  server.set('Listener', [ofRoutes('routes', ads)])
  server.set('RouteConfiguration', [table('routes', [['/', 'a']])])
  await using proxy = await startOurs(bootstrapOf(server, ads, form))
  const port = await listeningAt(proxy)

  server.set('Cluster', [eds('b', ads)])
  server.set('RouteConfiguration', [table('routes', [['/', 'b']])])
  const acknowledged = () => server.said.filter(({ kind, nonce }) => kind === 'RouteConfiguration' && nonce !== '')
  await eventually(() => acknowledged().length === 2)
  const before = [await answer(port, '/'), await answer(port, '/')]
  server.set('ClusterLoadAssignment', [endpoints('b', upstreams.b)])
  await eventually(async () => {
    const now = await answer(port, '/')
    before.push(now)
    return now === '200 b'
  })

  expect(new Set(before)).toEqual(new Set(['200 a', '200 b']))
})

test.for(forms)(
  'over %s a cluster that is taken away ahead of its routes fails no request until they come, or its time is over',
  async (form) => {
    await using upstreams = await twoUpstreams()
    await using server = await startXdsServer()
    server.set('Cluster', [eds('a', ads), eds('b', ads)])
    server.set('ClusterLoadAssignment', [endpoints('a', upstreams.a), endpoints('b', upstreams.b)])
    server.set('Listener', [ofRoutes('routes', ads)])
    server.set('RouteConfiguration', [table('routes', [['/', 'a']])])
    await using side = await startOurs(bootstrapOf(server, ads, form))
    const port = await listeningAt(side)

    const before = await updatesOf(side)
    server.set('Cluster', [eds('b', ads)])
    await eventually(async () => (await updatesOf(side)) !== before)
    const meanwhile = await answer(port, '/')
    server.set('RouteConfiguration', [table('routes', [['/', 'b']])])
    await eventually(async () => (await answer(port, '/')) === '200 b')
    await eventually(async () => !(await statsOf(side)).some((line) => line.startsWith('cluster.a.')))
    server.set('Cluster', [])
    await eventually(async () => (await answer(port, '/')).startsWith('503'))

    expect(meanwhile).toBe('200 a')
  },
)

async function updatesOf(side: Side): Promise<string | undefined> {
  return (await statsOf(side)).find((line) => line.startsWith('cluster_manager.cds.update_success'))
}
