import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { createAuthority } from '@heddle/testkit/certificates'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { address, bootstrap, cluster, httpListener, route, tcpListener } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

type Json = Record<string, unknown>
type Chain = { filters: Json[] } & Json

const network = (name: string, config: Json): Json => ({
  name,
  typed_config: { '@type': `type.googleapis.com/envoy.extensions.filters.network.${name}`, ...config },
})

/** Puts filters before the one that serves. */
function behind(listener: Json, filters: readonly Json[], more: Json = {}): Json {
  const [chain] = listener.filter_chains as [Chain]
  return { ...listener, filter_chains: [{ ...chain, ...more, filters: [...filters, ...chain.filters] }] }
}

const everyone = { permissions: [{ any: true }], principals: [{ any: true }] }
const nobody = {
  permissions: [{ any: true }],
  principals: [{ direct_remote_ip: { address_prefix: '192.0.2.1', prefix_len: 32 } }],
}

const compared = [
  ...['allowed', 'denied', 'watch.shadow_allowed', 'watch.shadow_denied'].map((name) => `shop.rbac.${name}`),
  'connection_limit.few.active_connections',
  'connection_limit.few.limited_connections',
  'local_rate_limit.slow.rate_limited',
]

withEnvoy('filters of connections leave the same numbers as in Envoy', async () => {
  await using upstream = await startUpstream()
  const filters = [
    network('connection_limit.v3.ConnectionLimit', { stat_prefix: 'few', max_connections: 2 }),
    // Behind it: of a connection that an earlier filter refuses, Envoy takes one off the open ones all the same.
    network('local_ratelimit.v3.LocalRateLimit', {
      stat_prefix: 'slow',
      token_bucket: { max_tokens: 3, tokens_per_fill: 1, fill_interval: '600s' },
    }),
    network('rbac.v3.RBAC', {
      stat_prefix: 'shop.',
      rules: { action: 'ALLOW', policies: { everyone } },
      shadow_rules: { action: 'ALLOW', policies: { nobody } },
      shadow_rules_stat_prefix: 'watch',
    }),
  ]
  const json = bootstrap([behind(httpListener([route('up')]), filters)], [cluster('up', [upstream.port])])
  await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
  await using envoy = await startEnvoy(json)

  const numbers = async (adminPort: number, port: number) => {
    const sockets = [await ask(port), await ask(port), await ask(port)]
    // Envoy counts the one that is refused among the open ones until it is gone.
    await eventually(async () => (await read(adminPort))['connection_limit.few.active_connections'] === 2)
    const during = await read(adminPort)
    for (const socket of sockets) socket.destroy()
    await eventually(async () => (await read(adminPort))['connection_limit.few.active_connections'] === 0)
    for (const socket of [await ask(port), await ask(port)]) socket.destroy()
    await eventually(async () => (await read(adminPort))['connection_limit.few.active_connections'] === 0)
    return { during, after: await read(adminPort), series: await rbacSeries(adminPort) }
  }

  const mine = await numbers(ours.adminPort, ours.port)
  expect(mine).toEqual(await numbers(envoy.admin, envoy.port))
  expect(mine.during['connection_limit.few.limited_connections']).toBe(1)
  expect(mine.after['local_rate_limit.slow.rate_limited']).toBe(1)
  expect(mine.after['shop.rbac.watch.shadow_denied']).toBe(3)
})

/** Sends a request on a new connection, and waits for the answer or the end. */
async function ask(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  await Promise.race([happens(socket, 'data'), happens(socket, 'close')])
  return socket
}

/** An error is no reason to give up waiting: being cut off is what is waited for. */
function happens(socket: Socket, event: 'data' | 'close'): Promise<void> {
  return new Promise((resolve) => socket.once(event, () => resolve()))
}

async function read(adminPort: number): Promise<Record<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/stats`)).text()
  const all = new Map(text.split('\n').map((line) => line.split(': ', 2) as [string, string]))
  return Object.fromEntries(compared.map((name) => [name, Number(all.get(name) ?? 0)]))
}

async function rbacSeries(adminPort: number): Promise<string[]> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/stats/prometheus`)).text()
  return text
    .split('\n')
    .filter((line) => /^envoy_(rbac|connection_limit)_/.test(line))
    .sort()
}

async function serverPort(onSocket: (socket: Socket) => void): Promise<{ port: number } & Disposable> {
  const server = createServer(onSocket).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => void server.close() }
}

const authority = await createAuthority()
const pair = await authority.issue([{ type: 'dns', value: 'shop.test' }])
const inline = (text: string) => ({ inline_string: text })
const downstreamTls = {
  transport_socket: {
    name: 'tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
      common_tls_context: {
        tls_certificates: [{ certificate_chain: inline(pair.certificate), private_key: inline(pair.key) }],
      },
    },
  },
}

// Node throws when anything but plain TCP is to be reset; uncaught, that would end the proxy.
test('a client in TLS whose upstream refuses is cut off, and takes nothing else with it', async () => {
  const listener = behind(tcpListener('up'), [], downstreamTls)
  await using proxy = await startTestProxy(bootstrap([listener], [cluster('up', [await refusingPort()])]))

  for (let turn = 0; turn < 2; turn++) {
    const client = connectTls({ port: proxy.port, host: '127.0.0.1', rejectUnauthorized: false })
    client.on('error', () => undefined)
    await happens(client, 'close')
  }
})

test('a client that resets a connection to an upstream in TLS ends it there, and takes nothing else with it', async () => {
  let ended = 0
  const server = createTlsServer({ cert: pair.certificate, key: pair.key }, (socket) => {
    socket.on('error', () => undefined)
    socket.write('ready')
    socket.on('close', () => ended++)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const upstreamTls = {
    transport_socket: {
      name: 'tls',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
        common_tls_context: { validation_context: { trust_chain_verification: 'ACCEPT_UNTRUSTED' } },
      },
    },
  }
  const up = cluster('up', [(server.address() as AddressInfo).port], upstreamTls)
  await using proxy = await startTestProxy(bootstrap([tcpListener('up')], [up]))

  for (let turn = 1; turn <= 2; turn++) {
    const client = connect(proxy.port, '127.0.0.1')
    await once(client, 'data')
    client.resetAndDestroy()
    await eventually(() => ended === turn)
  }
  server.close()
})

test('a rule about requests is refused, and so is a filter that serves nothing at the end', async () => {
  using upstream = await serverPort((socket) => socket.end())
  const rule = (principal: Json) =>
    network('rbac.v3.RBAC', {
      stat_prefix: 'n',
      rules: { policies: { a: { permissions: [{ any: true }], principals: [{ not_id: principal }] } } },
    })
  const start = (filters: readonly Json[]) =>
    startTestProxy(bootstrap([behind(tcpListener('up'), filters)], [cluster('up', [upstream.port])]))

  await expect(start([rule({ header: { name: 'a', present_match: true } })])).rejects.toThrow(
    /filters\[0\]\.typed_config\.rules\.policies\["a"\]\.principals\[0\]\.not_id\.header: a connection has no headers/,
  )
  await expect(start([network('connection_limit.v3.ConnectionLimit', { stat_prefix: 'n' })])).rejects.toThrow(
    /filters\[0\]\.typed_config\.max_connections: must be at least 1/,
  )
})
