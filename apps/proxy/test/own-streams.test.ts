import { eventually } from '@heddle/testkit/eventually'
import { expect } from 'vitest'
import {
  answer,
  bootstrapOf,
  eds,
  endpoints,
  type Form,
  forms,
  listeningAt,
  ofRoutes,
  onEachSide,
  own,
  page,
  type Side,
  statsOf,
  table,
  twoUpstreams,
} from './harness/over-xds.ts'
import { withEnvoy } from './harness/start-envoy.ts'
import { startXdsServer, type XdsServer } from './harness/xds-server.ts'

// Control planes that are spoken with over a stream for each list and each resource, and not over ADS.

withEnvoy.for(forms)(
  'over %s all resources come over streams of their own, and are counted, as in Envoy',
  async (form) => {
    const seen = await onBoth(form, {}, async ({ server, side, b }) => {
      const port = await listeningAt(side)
      const answers = [await answer(port, '/'), await answer(port, '/b')]

      server.set('ClusterLoadAssignment', [endpoints('a', b), endpoints('b', b)])
      await eventually(async () => (await answer(port, '/')) === '200 b')
      server.set('RouteConfiguration', [table('routes', [['/', 'b']], { 'x-new': 'yes' })])
      await eventually(async () => (await page(port, '/')).headers.has('x-new'))

      return { answers, streams: streamsOf(server), nodes: nodesOf(server), stats: await countsOf(side) }
    })
    expect(seen.ours).toEqual(seen.envoys)
    expect(seen.ours.answers).toEqual(['200 a', '200 b'])
    expect(seen.ours.streams).toHaveLength(5)
  },
)

withEnvoy.for(forms)('over %s what is refused is said with its nonce, and the last good one goes on', async (form) => {
  const seen = await onBoth(form, {}, async ({ server, side, b }) => {
    const port = await listeningAt(side)

    server.set('RouteConfiguration', [table('routes', [['/', 'b']], { ':path': 'x' })])
    await eventually(() => server.said.some(({ error }) => error !== undefined))
    server.set('Cluster', [eds('a', own(form)), { ...eds('b', own(form)), connect_timeout: '-1s' }])
    await eventually(() => server.said.filter(({ error }) => error !== undefined).length === 2)
    server.set('ClusterLoadAssignment', [endpoints('a', b), endpoints('b', b)])
    await eventually(async () => (await answer(port, '/')) === '200 b')

    const refusals = server.said.flatMap((each) => (each.error === undefined ? [] : [`${each.kind} ${each.nonce}`]))
    const rejected = (await countsOf(side)).filter((line) => /rejected: [1-9]/.test(line))
    return { refusals, rejected }
  })
  expect(seen.ours).toEqual(seen.envoys)
  expect(seen.ours.refusals).toHaveLength(2)
})

withEnvoy.for(forms)('over %s streams that end are opened again, and nothing is lost meanwhile', async (form) => {
  const seen = await onBoth(form, {}, async ({ server, side, b }) => {
    const port = await listeningAt(side)
    await eventually(() => server.streams.length === 5)

    server.endStreams()
    await eventually(() => server.streams.every(({ isOpen }, index) => index >= 5 || !isOpen))
    const meanwhile = await answer(port, '/')
    server.set('ClusterLoadAssignment', [endpoints('a', b), endpoints('b', b)])
    await eventually(async () => (await answer(port, '/')) === '200 b')

    return { meanwhile, failures: (await countsOf(side)).filter((line) => /cds.update_failure/.test(line)) }
  })
  expect(seen.ours).toEqual(seen.envoys)
  expect(seen.ours.meanwhile).toBe('200 a')
})

withEnvoy.for(forms)('over %s a stream says who asks when it opens, or each time', async (form) => {
  const seen = await onBoth(form, { set_node_on_first_message_only: true }, async ({ server, side }) => {
    await listeningAt(side)
    await eventually(() => server.streams.length === 5 && streamsOf(server).length === 5)
    await eventually(() =>
      server.streams.every((each) => server.said.filter(({ stream }) => stream === each).length > 1),
    )
    return nodesOf(server)
  })
  expect(seen.ours).toEqual(seen.envoys)
  expect(seen.ours).toContain(`${form === 'GRPC' ? 'Stream' : 'Delta'}Clusters true false`)
})

withEnvoy('a stream bears the authority and the fields that the bootstrap gives it', async () => {
  const seen = await onEachSide(async (start) => {
    await using server = await startXdsServer()
    server.set('Cluster', [])
    server.set('Listener', [])
    const service = { envoy_grpc: { cluster_name: 'control', authority: 'control.test' } }
    const initial_metadata = [{ key: 'X-Token', value: 'abc' }]
    const source = own('GRPC', { grpc_services: [{ ...service, initial_metadata }] })
    await using _side = await start(bootstrapOf(server, source))
    await eventually(() => server.streams.length === 2)
    return server.streams.map(({ authority, metadata }) => [authority, ...metadata.get('x-token')])
  })
  expect(seen.ours).toEqual(seen.envoys)
  expect(seen.ours).toEqual([
    ['control.test', 'abc'],
    ['control.test', 'abc'],
  ])
})

type Place = { readonly server: XdsServer; readonly side: Side; readonly b: number }

/** Under ours and under a real Envoy: a control plane that serves everything, and a proxy that asks it with `more`. */
async function onBoth<Seen>(
  form: Form,
  more: Record<string, unknown>,
  act: (place: Place) => Promise<Seen>,
): Promise<{ ours: Seen; envoys: Seen }> {
  await using upstreams = await twoUpstreams()
  return await onEachSide(async (start) => {
    await using server = await startXdsServer()
    serveAll(server, form, upstreams)
    await using side = await start(bootstrapOf(server, own(form, more)))
    return await act({ server, side, b: upstreams.b })
  })
}

function serveAll(server: XdsServer, form: Form, { a, b }: { a: number; b: number }): void {
  const source = own(form)
  server.set('Cluster', [eds('a', source), eds('b', source)])
  server.set('ClusterLoadAssignment', [endpoints('a', a), endpoints('b', b)])
  server.set('Listener', [ofRoutes('routes', source)])
  const routes = [
    ['/b', 'b'],
    ['/', 'a'],
  ] as const
  server.set('RouteConfiguration', [table('routes', routes)])
}

/** Which streams there are, and what each has ever asked for. */
function streamsOf({ streams, said }: XdsServer): string[] {
  return streams
    .map((stream) => {
      const names = new Set(said.flatMap((each) => (each.stream === stream ? each.names : [])))
      return [stream.method, ...names].join(' ')
    })
    .sort()
}

/** Of each stream, whether its first request said who asks, and whether the others did. */
function nodesOf({ streams, said }: XdsServer): string[] {
  return streams
    .map((stream) => {
      const requests = said.filter((each) => each.stream === stream)
      return [stream.method, requests[0]?.hasNode, requests.slice(1).every(({ hasNode }) => hasNode)].join(' ')
    })
    .sort()
}

const counted =
  /^(cluster\.[ab]|cluster_manager\.cds|listener_manager\.lds|http\.in\.rds\.routes)\.(update_(attempt|success|rejected|failure)|init_fetch_timeout|control_plane\.connected_state): /

async function countsOf(side: Side): Promise<string[]> {
  return (await statsOf(side)).filter((line) => counted.test(line)).sort()
}
