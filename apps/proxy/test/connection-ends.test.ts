import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect } from 'vitest'
import { address, bootstrap, cluster, httpListener, route, tcpListener } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

type Json = Record<string, unknown>
type Talk = (client: Socket, arrived: () => Promise<void>) => Promise<unknown>

const answered = 'GET /up HTTP/1.1\r\nhost: a\r\n\r\n'
const cases: Record<string, Talk> = {
  'the client ends after its answer': async (client) => {
    client.write(answered)
    await once(client, 'data')
    client.end()
  },
  'the proxy ends, as the client asked': async (client) => {
    client.write('GET /up HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
    client.resume()
    await once(client, 'end')
  },
  'the client is cut off while it waits': async (client, arrived) => {
    client.write('GET /silent HTTP/1.1\r\nhost: a\r\n\r\n')
    await arrived()
    client.resetAndDestroy()
  },
  'an answer overtakes its request': async (client) => {
    client.write('POST /direct HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf')
    await once(client, 'data')
    client.end()
  },
  'what comes is no request': async (client) => {
    client.write('nonsense\r\n\r\n')
    await once(client, 'data')
    client.end()
  },
}

/** Envoy takes an end that it has announced for the client's when the client is faster, so not all compare it. */
const comparesEnds = new Set(Object.keys(cases).slice(0, 3))

withEnvoy('who ended a connection, and answers that overtake their request, are counted as in Envoy', async () => {
  await using upstream = await startUpstream(({ url }) =>
    url.startsWith('/silent') ? new Promise(() => undefined) : { status: 200 },
  )
  const direct = { match: { prefix: '/direct' }, direct_response: { status: 200, body: { inline_string: 'hi' } } }
  const json = bootstrap([httpListener([direct, route('up')])], [cluster('up', [upstream.port])])

  for (const [name, talk] of Object.entries(cases)) {
    const counted = ['rq_total', 'rq_completed', 'rq_rx_reset', 'rq_response_before_rq_complete']
    if (comparesEnds.has(name)) counted.push('cx_destroy', 'cx_destroy_local', 'cx_destroy_remote')
    const names = counted.map((stat) => `http.in.downstream_${stat}`)
    const [mine, envoys] = await onBoth(json, async (side) => {
      const before = upstream.seen.length
      const arrived = () => eventually(() => upstream.seen.length > before)
      await talked(side.port, (client) => talk(client, arrived))
      return settled(side.adminPort, names, 'http.in.downstream_cx_destroy')
    })

    expect(mine, name).toEqual(envoys)
    expect(Object.values(mine).some((value) => value > 0)).toBe(true)
  }
})

withEnvoy('what first bytes and connections for bytes were is counted as in Envoy', async () => {
  await using upstream = await startUpstream()
  const json = bootstrap([inspecting(tcpListener('up'))], [cluster('up', [upstream.port])])
  const names = [
    ...['tls_found', 'tls_not_found', 'sni_found', 'sni_not_found', 'alpn_found', 'alpn_not_found'].map(
      (stat) => `tls_inspector.${stat}`,
    ),
    ...['upstream_cx_total', 'upstream_cx_http1_total', 'upstream_rq_pending_total'].map(
      (stat) => `cluster.up.${stat}`,
    ),
  ]

  const [mine, envoys] = await onBoth(json, async (side) => {
    await talked(side.port, async (client) => {
      client.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
      client.resume()
      await once(client, 'end')
    })
    for (const more of [{ servername: 'a.test' }, { ALPNProtocols: ['h2'] }]) {
      const hello = connectTls({ port: side.port, host: '127.0.0.1', ...more })
      hello.on('error', () => undefined)
      await new Promise((resolve) => hello.once('close', resolve))
    }
    return settled(side.adminPort, names, 'tls_inspector.tls_not_found')
  })

  expect(mine).toEqual(envoys)
  expect(mine['tls_inspector.sni_found']).toBe(1)
})

/** Chains by transport, so that it matters what the first bytes are. */
function inspecting(listener: Json): Json {
  const [chain] = listener.filter_chains as Json[]
  const by = (transport_protocol: string) => ({ ...chain, filter_chain_match: { transport_protocol } })
  const inspector = {
    name: 'tls',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector' },
  }
  return { ...listener, filter_chains: [by('tls'), by('raw_buffer')], listener_filters: [inspector] }
}

async function onBoth<Result>(
  json: Json,
  ask: (side: { readonly port: number; readonly adminPort: number }) => Promise<Result>,
): Promise<[Result, Result]> {
  await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
  await using envoy = await startEnvoy(json)
  return [await ask(ours), await ask({ port: envoy.port, adminPort: envoy.admin })]
}

async function talked(port: number, talk: (client: Socket) => Promise<unknown>): Promise<void> {
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => undefined)
  await talk(client)
  client.destroy()
}

async function settled(adminPort: number, names: readonly string[], last: string): Promise<Record<string, number>> {
  let all: ReadonlyMap<string, number> = new Map()
  await eventually(async () => {
    const text = await (await fetch(`http://127.0.0.1:${adminPort}/stats`)).text()
    all = new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), Number(line.split(': ')[1])]))
    return all.get(last) === 1
  })
  return Object.fromEntries(names.map((name) => [name, all.get(name) ?? 0]))
}
