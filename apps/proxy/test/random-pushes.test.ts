import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { expect, test } from 'vitest'
import { Random } from '../../../conformance/fuzz/random.ts'
import { address, cluster } from './harness/mesh.ts'
import {
  ads,
  answer,
  bootstrapOf,
  eds,
  endpoints,
  forms,
  listeningAt,
  ofRoutes,
  startOurs,
  table,
  twoUpstreams,
} from './harness/over-xds.ts'
import { type Kind, startXdsServer, type XdsServer } from './harness/xds-server.ts'

type Json = Record<string, unknown>
type Snapshot = Readonly<
  Record<'Cluster' | 'ClusterLoadAssignment' | 'Listener' | 'RouteConfiguration', readonly Json[]>
>

const seed = 7
const pushes = 150
/** Clusters first, and each before what was pushed last is in force: routes that still name one which is gone come behind it. */
const order: readonly Kind[] = ['Cluster', 'ClusterLoadAssignment', 'Listener', 'RouteConfiguration']

test.for(forms)(
  'over %s no request fails while whole snapshots replace one another, and the last one is held',
  async (form) => {
    const random = new Random(seed)
    await using upstreams = await twoUpstreams()
    await using server = await startXdsServer()
    const ports = { in: await refusingPort(), other: await refusingPort(), up: [upstreams.a, upstreams.b] }
    let last = drawn(random, ports)
    push(server, last)
    await using side = await startOurs(bootstrapOf(server, ads, form))
    const port = await listeningAt(side)
    const answers = new Set<string>()

    for (let index = 0; index < pushes; index++) {
      if (random.chance(0.05)) server.endStreams()
      if (random.chance(0.1)) server.set('Cluster', [...last.Cluster, { name: 'bad', connect_timeout: '-1s' }])
      last = drawn(random, ports)
      push(server, last)
      for (let asked = random.below(12); asked >= 0; asked--) answers.add(await answer(port, random.pick(['/', '/p'])))
    }
    const wanted = JSON.stringify(heldOf(last))
    await eventually(async () => JSON.stringify(await heldBy(side.adminPort)) === wanted)

    expect([...answers].sort()).toEqual(['200 a', '200 b'])
  },
)

function push(server: XdsServer, snapshot: Snapshot): void {
  for (const kind of order) server.set(kind, snapshot[kind as keyof Snapshot])
}

/** Consistent in itself: its routes name its clusters, and each of these has endpoints. */
function drawn(random: Random, ports: { in: number; other: number; up: readonly number[] }): Snapshot {
  const names = [...new Set(Array.from({ length: 1 + random.below(4) }, () => `c${random.below(6)}`))]
  const more = () => ({ connect_timeout: `${1 + random.below(5)}s` })
  const clusters = names.map((name) =>
    random.chance(0.3) ? cluster(name, [random.pick(ports.up)], more()) : eds(name, ads, more()),
  )
  const tables = ['one', 'two'].map((name) =>
    table(name, [
      ['/p', random.pick(names)],
      ['/', random.pick(names)],
    ]),
  )
  const listener = (name: string, port: number) => ({
    ...ofRoutes(random.pick(['one', 'two']), ads),
    name,
    address: address(port),
  })
  const others = random.chance(0.5) ? [listener(`other-${random.below(2)}`, ports.other)] : []
  return {
    Cluster: clusters,
    ClusterLoadAssignment: clusters
      .filter(({ type }) => type === 'EDS')
      .map(({ name }) => endpoints(String(name), random.pick(ports.up))),
    RouteConfiguration: tables,
    Listener: [listener('in', ports.in), ...others],
  }
}

function heldOf({ Cluster, Listener, RouteConfiguration }: Snapshot) {
  const used = JSON.stringify(Listener)
  const named = RouteConfiguration.filter(({ name }) => used.includes(`"route_config_name":"${name}"`))
  return {
    clusters: Cluster.map(({ name, connect_timeout }) => `${name} ${connect_timeout}`).sort(),
    listeners: Listener.map(({ name }) => name).sort(),
    routes: named.map((each) => `${each.name} ${clustersIn(each)}`).sort(),
  }
}

async function heldBy(adminPort: number) {
  const response = await fetch(`http://127.0.0.1:${adminPort}/config_dump`)
  const { configs } = (await response.json()) as { configs: Record<string, Json[]>[] }
  const all = (list: string) => configs.flatMap((each) => each[list] ?? [])
  const clusters = all('dynamic_active_clusters').map((each) => each.cluster as Json)
  const tables = all('dynamic_route_configs').map((each) => each.route_config as Json)
  return {
    clusters: clusters.map(({ name, connect_timeout }) => `${name} ${connect_timeout}`).sort(),
    listeners: all('dynamic_listeners')
      .map(({ name }) => name)
      .sort(),
    routes: tables.map((each) => `${each.name} ${clustersIn(each)}`).sort(),
  }
}

function clustersIn(table: Json): string {
  return [...JSON.stringify(table).matchAll(/"cluster":"([^"]*)"/g)].map(([, name]) => name).join()
}
