import { Agent, request } from 'node:http'
import { createAuthority } from '@heddle/testkit/certificates'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { expect, test } from 'vitest'
import { address, cluster } from './harness/mesh.ts'
import {
  ads,
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
  startOurs,
  statsOf,
  table,
  twoUpstreams,
} from './harness/over-xds.ts'
import { withEnvoy } from './harness/start-envoy.ts'
import { anyOf, type Kind, type Pushed, startXdsServer, type XdsServer } from './harness/xds-server.ts'

// Updates as control planes send them that are not ours, odd ones among them, under our proxy and a real Envoy.

type Json = Record<string, unknown>
type Place = {
  readonly server: XdsServer
  readonly side: Side
  readonly port: number
  readonly a: number
  readonly b: number
}

withEnvoy.for(forms)('over %s a listener of another name takes over the address of one that goes', async (form) => {
  const seen = await onBoth(form, async ({ server, port, side }) => {
    server.set('Listener', [{ ...ofRoutes('routes', ads), name: 'next', address: address(port) }])
    await eventually(() => acknowledged(server, 'Listener') === 2)
    const lines = (await statsOf(side)).filter((line) => line.startsWith('listener_manager.total_listeners_active'))
    return [await answer(port, '/'), refusals(server), ...lines]
  })

  expect(seen.ours).toEqual(seen.envoys)
  expect(seen.ours).toEqual(['200 a', [], 'listener_manager.total_listeners_active: 1'])
})

withEnvoy.for(forms)('over %s who is connected to a listener that goes is served to the end', async (form) => {
  const seen = await onBoth(form, async ({ server, port }) => {
    using client = keepsConnection(port)
    const before = await client.get('/')
    server.set('Listener', [])
    await eventually(() => acknowledged(server, 'Listener') === 2)
    return [before, await client.get('/')]
  })

  expect(seen.ours).toEqual(seen.envoys)
  expect(seen.ours).toEqual(['200 a', '200 a'])
})

withEnvoy('endpoints that are taken away go on as long as their cluster is there', async () => {
  const seen = await onBoth('DELTA_GRPC', async ({ server, port }) => {
    server.push('ClusterLoadAssignment', { removedResources: ['a'] })
    await eventually(() => acknowledged(server, 'ClusterLoadAssignment') === 2)
    return answer(port, '/')
  })

  expect(seen.ours).toEqual(seen.envoys)
  expect(seen.ours).toBe('200 a')
})

withEnvoy.for(forms)(
  'over %s of two clusters with one name, and of another type, the response is refused',
  async (form) => {
    const seen = await onBoth(form, async ({ server, port, side, a }) => {
      const listener = { ...ofRoutes('routes', ads), name: 'other', address: address(0) }
      const kept = form === 'GRPC' ? [eds('a', ads), eds('b', ads)] : []
      server.push('Cluster', pushed(form, 'Cluster', [...kept, cluster('x', [a]), cluster('x', [a])]))
      await eventually(() => refusals(server).length === 1)
      server.push('Cluster', pushed(form, 'Listener', [listener]))
      await eventually(() => refusals(server).length === 2)
      const counts = (await statsOf(side)).filter((line) => line.startsWith('cluster_manager.cds.update_rejected'))
      return [refusals(server), await answer(port, '/'), ...counts]
    })

    expect(seen.ours).toEqual(seen.envoys)
    expect(seen.ours).toEqual([['Cluster', 'Cluster'], '200 a', 'cluster_manager.cds.update_rejected: 2'])
  },
)

withEnvoy('a cluster with a time to live stays while heartbeats come, and goes after them', async () => {
  const seen = await onBoth('DELTA_GRPC', async ({ server, side, b }) => {
    const beat = { name: 'brief', version: '1', ttl: { seconds: 2n } }
    const isThere = async () => (await statsOf(side)).some((line) => line.startsWith('cluster.brief.'))
    const rounds = Array.from({ length: 5 }, (_, index) => index)
    server.push('Cluster', { resources: [{ ...beat, resource: anyOf('Cluster', cluster('brief', [b])) }] })
    await eventually(isThere)
    const lasting: boolean[] = []
    // Longer together than the resource would stay without them.
    for (const round of rounds) {
      await new Promise((resolve) => setTimeout(resolve, 500))
      server.push('Cluster', { resources: [beat] })
      await eventually(() => acknowledged(server, 'Cluster') >= round + 3)
      lasting.push(await isThere())
    }
    await eventually(async () => !(await isThere()))
    return [...lasting, refusals(server)]
  })

  expect(seen.ours).toEqual(seen.envoys)
  expect(seen.ours).toEqual([true, true, true, true, true, []])
})

withEnvoy.for(forms)('over %s a secret comes over a stream of its own', async (form) => {
  const authority = await createAuthority()
  const { certificate, key } = await authority.issue([{ type: 'dns', value: 'own.test' }])
  const inline = (text: string) => ({ inline_string: text })
  const tls_certificate = { certificate_chain: inline(certificate), private_key: inline(key) }
  const seen = await onBoth(form, async ({ server, side }) => {
    server.set('Listener', [{ ...secured(form), address: address(await refusingPort()) }])
    await eventually(() => server.said.some(({ kind, names }) => kind === 'Secret' && names.includes('own')))
    server.set('Secret', [{ name: 'own', tls_certificate }])
    await eventually(async () => (await listenersOf(side)).includes('secured'))
    const streams = server.streams.filter(({ method }) => method.includes('Secrets')).map(({ method }) => method)
    return [streams, refusals(server)]
  })

  expect(seen.ours).toEqual(seen.envoys)
  expect(seen.ours).toEqual([[form === 'GRPC' ? 'StreamSecrets' : 'DeltaSecrets'], []])
})

test('a server that ends every stream at once is not asked without a pause', async () => {
  await using server = await startXdsServer()
  await using _proxy = await startOurs(bootstrapOf(server, ads, 'GRPC'))
  const since = performance.now()
  while (server.streams.length < 4) {
    server.endStreams()
    await new Promise((resolve) => setImmediate(resolve))
  }

  // Pauses are drawn from 0 to 1, 2 and 4 s; without any this is a matter of milliseconds.
  expect(performance.now() - since).toBeGreaterThan(50)
})

async function onBoth<Seen>(form: Form, act: (place: Place) => Promise<Seen>): Promise<{ ours: Seen; envoys: Seen }> {
  await using upstreams = await twoUpstreams()
  return await onEachSide(async (start) => {
    await using server = await startXdsServer()
    const port = await refusingPort()
    server.set('Cluster', [eds('a', ads), eds('b', ads)])
    server.set('ClusterLoadAssignment', [endpoints('a', upstreams.a), endpoints('b', upstreams.b)])
    server.set('Listener', [{ ...ofRoutes('routes', ads), address: address(port) }])
    server.set('RouteConfiguration', [table('routes', [['/', 'a']])])
    await using side = await start(bootstrapOf(server, ads, form))
    await listeningAt(side)
    await eventually(() => acknowledged(server, 'RouteConfiguration') === 1)
    return await act({ server, side, port, a: upstreams.a, b: upstreams.b })
  })
}

/** All of one type on a response of clusters. */
function pushed(form: Form, kind: Kind, all: readonly Json[]): Pushed {
  if (form === 'GRPC') return { versionInfo: 'odd', resources: all.map((json) => anyOf(kind, json)) }
  return { resources: all.map((json) => ({ name: String(json.name), version: 'odd', resource: anyOf(kind, json) })) }
}

function acknowledged({ said }: XdsServer, of: Kind): number {
  return new Set(
    said.flatMap(({ kind, nonce, error }) => (kind === of && error === undefined && nonce !== '' ? [nonce] : [])),
  ).size
}

function refusals({ said }: XdsServer): string[] {
  return said.flatMap(({ kind, error }) => (error === undefined ? [] : [kind]))
}

async function listenersOf({ adminPort }: Side): Promise<string> {
  return (await page(adminPort, '/listeners')).text()
}

function secured(form: Form): Json {
  const listener = { ...ofRoutes('routes', ads), name: 'secured' } as Json
  const [chain] = listener.filter_chains as Json[]
  const typed_config = {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    common_tls_context: { tls_certificate_sds_secret_configs: [{ name: 'own', sds_config: own(form) }] },
  }
  return { ...listener, filter_chains: [{ ...chain, transport_socket: { name: 'tls', typed_config } }] }
}

/** One connection for all requests, as long as the server keeps it. */
function keepsConnection(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    get: (path: string) =>
      new Promise<string>((resolve, reject) => {
        const asked = request({ port, host: '127.0.0.1', path, agent }, (response) => {
          let body = ''
          response.setEncoding('utf8')
          response.on('data', (piece: string) => {
            body += piece
          })
          response.on('end', () => resolve(`${response.statusCode} ${body}`))
        })
        asked.on('error', reject)
        asked.end()
      }),
    [Symbol.dispose]: () => agent.destroy(),
  }
}
