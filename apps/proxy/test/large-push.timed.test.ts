import { eventually } from '@heddle/testkit/eventually'
import { KeepAliveLoad } from '@heddle/testkit/keep-alive-load'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { address, cluster, httpListener, route } from './harness/mesh.ts'
import { ads, bootstrapOf, eds, forms, listeningAt, ofRoutes, table } from './harness/over-xds.ts'
import { startWatched, type Watched } from './harness/start-watched.ts'
import { type Kind, startXdsServer, type XdsServer } from './harness/xds-server.ts'

// What a control plane of a large mesh sends at once, while somebody asks all the time.

type Json = Record<string, unknown>
type Resources = readonly Json[]
/** What is set at once, and the type whose acknowledgement ends it. */
type Push = { readonly what: string; readonly set: Partial<Record<Kind, Resources>>; readonly last: Kind }

const clusterCount = 3000
const routeCount = 10_000
const listenerCount = 300
const turnMaxMs = 50
/** So many are answered behind each push before the next one. */
const requestsAfter = 200

test.for(forms)('over %s no push of thousands holds up the event loop for 50 ms', async (form) => {
  await using upstream = await startUpstream(() => ({ status: 200, body: 'ok' }))
  await using server = await startXdsServer()
  await using proxy = await startWatched(bootstrapOf(server, ads, form))
  const base = cluster('base', [upstream.port])
  const main = ofRoutes('main', ads)
  const few = table('main', [['/', 'base']])
  for (const [kind, resources] of [
    ['Cluster', [base]],
    ['ClusterLoadAssignment', []],
    ['Listener', [main]],
    ['RouteConfiguration', [few]],
  ] as const) {
    server.set(kind, resources)
  }
  const port = await listeningAt(proxy)
  await using load = new KeepAliveLoad({ port, authority: 'shop', connections: 4, pauseMs: 5 })
  await proxy.longestTurnMs()

  const ports = await Promise.all(Array.from({ length: listenerCount }, refusingPort))
  const turns: [what: string, turnMs: number][] = []
  for (const push of pushes({ base, main, few, upstream: upstream.port, ports })) {
    const turnMs = await longestOf(proxy, server, load, push)
    turns.push([push.what, turnMs])
    console.log(`${form} ${push.what}: longest turn ${turnMs.toFixed(0)} ms`)
  }
  await load.stop()

  expect(turns.filter(([, turnMs]) => turnMs >= turnMaxMs)).toEqual([])
  expect(load.failures).toEqual([])
  expect(server.said.flatMap(({ error }) => error ?? [])).toEqual([])
})

function pushes(at: {
  readonly base: Json
  readonly main: Json
  readonly few: Json
  readonly upstream: number
  readonly ports: readonly number[]
}): readonly Push[] {
  const { base, main, few } = at
  const numbers = Array.from({ length: clusterCount }, (_, index) => index)
  const own = (timeout: string) => [base, ...numbers.map((index) => withEndpoints(index, at.upstream, timeout))]
  const named = [base, ...numbers.map((index) => eds(`eds-${index}`, ads, checked(index)))]
  const told = (shift: number) => numbers.map((index) => assignment(index, at.upstream, shift))
  const listeners = at.ports.map((port, index) => ({
    ...httpListener([route('base')]),
    name: `listener-${index}`,
    address: address(port),
  }))
  return [
    { what: `${clusterCount} clusters come`, set: { Cluster: own('1s') }, last: 'Cluster' },
    { what: 'they change', set: { Cluster: own('2s') }, last: 'Cluster' },
    { what: 'they go', set: { Cluster: [base] }, last: 'Cluster' },
    {
      what: `${clusterCount} clusters of EDS come, with endpoints`,
      set: { ClusterLoadAssignment: told(0), Cluster: named },
      last: 'ClusterLoadAssignment',
    },
    { what: 'their endpoints change', set: { ClusterLoadAssignment: told(1) }, last: 'ClusterLoadAssignment' },
    { what: 'they go, too', set: { Cluster: [base] }, last: 'Cluster' },
    { what: `${routeCount} routes come`, set: { RouteConfiguration: [many('a')] }, last: 'RouteConfiguration' },
    { what: 'they change', set: { RouteConfiguration: [many('b')] }, last: 'RouteConfiguration' },
    { what: 'they go', set: { RouteConfiguration: [few] }, last: 'RouteConfiguration' },
    { what: `${listenerCount} listeners come`, set: { Listener: [main, ...listeners] }, last: 'Listener' },
    { what: 'they go', set: { Listener: [main] }, last: 'Listener' },
  ]
}

/** Until it is acknowledged, and what comes of it is over too: the first checks of new endpoints. */
async function longestOf(proxy: Watched, server: XdsServer, load: KeepAliveLoad, { set, last }: Push): Promise<number> {
  const acknowledged = () => server.said.filter(({ kind, nonce }) => kind === last && nonce !== '').length
  const before = acknowledged()
  await proxy.longestTurnMs()
  for (const [kind, resources] of Object.entries(set)) server.set(kind as Kind, resources) // by their kinds
  await eventually(() => acknowledged() > before, 60_000)
  const { ended } = load
  await eventually(() => load.ended > ended + requestsAfter, 60_000)
  return proxy.longestTurnMs()
}

/** One in ten is asked whether it is well. */
function checked(index: number): Json {
  if (index % 10 !== 0) return {}
  const check = { timeout: '1s', interval: '5s', unhealthy_threshold: 2, healthy_threshold: 1 }
  return { health_checks: [{ ...check, http_health_check: { path: '/' } }] }
}

function withEndpoints(index: number, port: number, timeout: string): Json {
  const name = `cluster-${index}`
  const load_assignment = { cluster_name: name, endpoints: [{ lb_endpoints: endpointsOf(index, port) }] }
  return { name, type: 'STATIC', connect_timeout: timeout, load_assignment, ...checked(index) }
}

function assignment(index: number, port: number, shift: number): Json {
  const locality = { region: 'r', zone: 'z' }
  return { cluster_name: `eds-${index}`, endpoints: [{ locality, lb_endpoints: endpointsOf(index + shift, port) }] }
}

/** Three, all of them the one upstream by other addresses of this machine. */
function endpointsOf(index: number, port: number): Json[] {
  return [0, 1, 2].map((each) => {
    const at = index + each
    return { endpoint: { address: address(port, `127.1.${at >> 8}.${at & 255}`) } }
  })
}

function many(variant: string): Json {
  const routes = Array.from(
    { length: routeCount },
    (_, index) => [`/service-${index % 997}/part-${index}-${variant}/`, 'base'] as const,
  )
  return table('main', [...routes, ['/', 'base']])
}
