import { expect } from 'vitest'
import { address, bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

const inbound = { ...httpListener([route('up')]), name: 'workload', traffic_direction: 'INBOUND' }

const json = {
  ...bootstrap([httpListener([route('up')]), inbound], [cluster('up', [1]), cluster('other', [1])]),
  node: { id: 'one', cluster: 'shop', locality: { zone: 'near' } },
  layered_runtime: {
    layers: [
      { name: 'fixed', static_layer: { envoy: { resource_limits: { listener: { in: { connection_limit: 100 } } } } } },
      { name: 'above', static_layer: { 'envoy.resource_limits.listener.in.connection_limit': 50 } },
      { name: 'hand', admin_layer: {} },
    ],
  },
}

withEnvoy(
  'what runs is told as Envoy tells it: the runtime, masks, routes and endpoints, clusters by their name',
  async () => {
    await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
    await using envoy = await startEnvoy(json)

    const [mine, theirs] = [await told(ours.adminPort), await told(envoy.admin)]

    expect(mine).toEqual(theirs)
    expect(mine).toMatchObject({
      limit: { layer_values: ['100', '50', ''], final_value: '50' },
      masked: [{ bootstrap: { node: { id: 'one' } } }],
      routes: ['in', 'in'],
      endpoints: ['up', 'other'],
      clusters: ['other'],
      refused: [400, 400, 404],
    })
  },
)

withEnvoy('inbound listeners are drained by themselves, and the others go on, as in Envoy', async () => {
  await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
  await using envoy = await startEnvoy(json)

  const [mine, theirs] = [await afterDrain(ours.adminPort), await afterDrain(envoy.admin)]

  expect(mine).toEqual(theirs)
  expect(mine).toEqual({ in: 'open', workload: 'closed', ready: 200 })
})

withEnvoy('paths that the bootstrap allows are the only ones, as in Envoy', async () => {
  const admin = {
    address: address(0),
    allow_paths: [{ exact: '/ready' }, { prefix: '/stats?filter=' }, { contains: 'format=json' }],
  }
  await using ours = await startWholeProxy({ ...json, admin })
  await using envoy = await startEnvoy({ ...json, admin })

  const [mine, theirs] = [await answersOf(ours.adminPort), await answersOf(envoy.admin)]

  expect(mine).toEqual(theirs)
  expect(mine.map(({ status }) => status)).toEqual([200, 403, 403, 403, 200, 403])
})

async function answersOf(admin: number) {
  const targets = ['/ready', '/ready?x=1', '/stats', '/config_dump', '/stats?filter=nothing', '/no such page']
  return Promise.all(
    targets.map(async (target) => {
      const answer = await fetch(`http://127.0.0.1:${admin}${target}`)
      return { status: answer.status, text: await answer.text() }
    }),
  )
}

async function told(admin: number) {
  const ask = (path: string) => fetch(`http://127.0.0.1:${admin}${path}`)
  const dump = async (query: string) => {
    const { configs } = (await (await ask(`/config_dump?${query}`)).json()) as { configs: Entry[] }
    return configs
  }
  const { layers, entries } = (await (await ask('/runtime')).json()) as Runtime
  const { cluster_statuses: clusters } = (await (await ask('/clusters?format=json&filter=oth')).json()) as {
    cluster_statuses: { name: string }[]
  }
  const refused = await Promise.all(['/clusters?filter=(', '/stats?histogram_buckets=some', '/nowhere'].map(ask))
  return {
    layers,
    limit: entries['envoy.resource_limits.listener.in.connection_limit'],
    masked: (await dump('mask=bootstrap.node.id')).map(({ bootstrap }) => ({ bootstrap })),
    routes: (await dump('resource=static_route_configs')).map(({ route_config }) => route_config?.name),
    endpoints: (await dump('resource=static_endpoint_configs&include_eds'))
      .map(({ endpoint_config }) => endpoint_config?.cluster_name)
      .sort((a, b) => Number(a === 'other') - Number(b === 'other')),
    clusters: clusters.map(({ name }) => name),
    refused: refused.map(({ status }) => status),
    unknown: (await (await ask('/nowhere')).text()).slice(0, 13),
  }
}

type Runtime = { readonly layers: readonly string[]; readonly entries: Readonly<Record<string, unknown>> }
type Entry = {
  readonly bootstrap?: unknown
  readonly route_config?: { readonly name: string }
  readonly endpoint_config?: { readonly cluster_name: string }
}

async function afterDrain(admin: number): Promise<Record<string, unknown>> {
  const ask = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${admin}${path}`, { method })
  const { listener_statuses: listeners } = (await (await ask('/listeners?format=json')).json()) as {
    listener_statuses: { name: string; local_address: { socket_address: { port_value: number } } }[]
  }
  await ask('/drain_listeners?inboundonly', 'POST')
  const states = listeners.map(async ({ name, local_address: { socket_address: at } }) => {
    const state = await fetch(`http://127.0.0.1:${at.port_value}/`).then(
      () => 'open',
      () => 'closed',
    )
    return [name, state] as const
  })
  return { ...Object.fromEntries(await Promise.all(states)), ready: (await ask('/ready')).status }
}
