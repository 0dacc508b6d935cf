import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { createAuthority, type Pair } from '@heddle/testkit/certificates'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect } from 'vitest'
import { address, bootstrap, cluster, httpListener, route, tcpListener } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

// What dashboards read of connections, TLS and ejections: the same traffic through our proxy and a real Envoy.

type Json = Record<string, unknown>
type Side = { readonly adminPort: number; readonly port: number }
type Chain = Json & { filters: Json[] }

const authority = await createAuthority()
const stranger = await createAuthority('a stranger')
const named = (value: string) => [{ type: 'url', value }] as const
const own = await authority.issue([{ type: 'dns', value: 'shop.test' }])
const web = await authority.issue(named('spiffe://mesh/ns/shop/sa/web'))
const cart = await authority.issue(named('spiffe://mesh/ns/shop/sa/cart'))
const foreign = await stranger.issue(named('spiffe://mesh/ns/shop/sa/web'))

const pair = ({ certificate, key }: Pair) => ({
  certificate_chain: { inline_string: certificate },
  private_key: { inline_string: key },
})
const trust = { trusted_ca: { inline_string: authority.certificate } }
const socket = (kind: 'Down' | 'Up', context: Json, more: Json = {}) => ({
  name: 'tls',
  typed_config: {
    '@type': `type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.${kind}streamTlsContext`,
    common_tls_context: context,
    ...more,
  },
})

withEnvoy('handshakes leave the same numbers, by what became of them and what was agreed on', async () => {
  await using upstream = await startUpstream()
  const [chain] = httpListener([route('up')]).filter_chains as [Chain]
  const sans = [{ san_type: 'URI', matcher: { exact: 'spiffe://mesh/ns/shop/sa/web' } }]
  const secured = socket(
    'Down',
    { tls_certificates: [pair(own)], validation_context: { ...trust, match_typed_subject_alt_names: sans } },
    { require_client_certificate: true },
  )
  const listener = { ...httpListener([]), filter_chains: [{ ...chain, transport_socket: secured }] }
  const json = bootstrap([listener], [cluster('up', [upstream.port])])
  await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
  await using envoy = await startEnvoy(json)
  const names = [
    ...['handshake', 'connection_error', 'no_certificate', 'session_reused'].map((name) => `ssl.${name}`),
    ...['no_cert', 'error', 'san', 'cert_hash'].map((name) => `ssl.fail_verify_${name}`),
    'ssl.versions.TLSv1.3',
    'ssl.ciphers.TLS_AES_128_GCM_SHA256',
    'downstream_cx_total',
    'downstream_cx_active',
  ].map((name) => `listener.127.0.0.1_0.${name}`)
  const numbersOf = async (side: Side) => {
    for (const caller of [web, web, undefined, foreign, cart]) await callSecure(side.port, caller)
    await callPlain(side.port)
    return settled(
      side,
      [...names, 'http.in.downstream_cx_total', 'http.in.downstream_cx_ssl_total', 'http.in.downstream_cx_ssl_active'],
      { 'listener.127.0.0.1_0.downstream_cx_total': 6, 'listener.127.0.0.1_0.downstream_cx_active': 0 },
    )
  }

  const mine = await numbersOf(ours)

  expect(mine).toEqual(await numbersOf({ adminPort: envoy.admin, port: envoy.port }))
  expect(mine['listener.127.0.0.1_0.ssl.handshake']).toBe(2)
  expect(await sslSeries(ours.adminPort)).toEqual(await sslSeries(envoy.admin))
})

withEnvoy('handshakes with upstreams do too', async () => {
  await using plain = await startUpstream()
  const upstream = await startSecureUpstream(own)
  const verified = (context: Json) => ({
    transport_socket: socket('Up', { validation_context: { ...trust, ...context } }),
  })
  const dns = (name: string) => [{ san_type: 'DNS', matcher: { exact: name } }]
  const json = bootstrap(
    [httpListener(['right', 'name', 'pin', 'root', 'plain'].map((name) => route(name, {}, { prefix: `/${name}` })))],
    [
      cluster('right', [upstream.port], verified({ match_typed_subject_alt_names: dns('shop.test') })),
      cluster('name', [upstream.port], verified({ match_typed_subject_alt_names: dns('other.test') })),
      cluster(
        'pin',
        [upstream.port],
        verified({ match_typed_subject_alt_names: dns('shop.test'), verify_certificate_hash: ['ab'.repeat(32)] }),
      ),
      cluster('root', [upstream.port], {
        transport_socket: socket('Up', {
          validation_context: {
            trusted_ca: { inline_string: stranger.certificate },
            match_typed_subject_alt_names: dns('shop.test'),
          },
        }),
      }),
      cluster('plain', [plain.port], verified({ match_typed_subject_alt_names: dns('shop.test') })),
    ],
  )
  await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
  await using envoy = await startEnvoy(json)
  const names = ['right', 'name', 'pin', 'root', 'plain'].flatMap((name) =>
    ['handshake', 'connection_error', 'fail_verify_error', 'fail_verify_san', 'fail_verify_cert_hash', 'no_certificate']
      .map((stat) => `cluster.${name}.ssl.${stat}`)
      .concat(`cluster.${name}.upstream_cx_total`, `cluster.${name}.upstream_cx_connect_fail`),
  )
  const numbersOf = async (side: Side) => {
    for (const name of ['right', 'name', 'pin', 'root', 'plain']) await fetch(`http://127.0.0.1:${side.port}/${name}`)
    return settled(side, names)
  }

  const mine = await numbersOf(ours)
  const theirs = await numbersOf({ adminPort: envoy.admin, port: envoy.port })
  upstream.close()

  expect(mine).toEqual(theirs)
})

withEnvoy('ejections are counted by their cause, found and enforced', async () => {
  await using first = await startUpstream(() => ({ status: 503 }))
  await using second = await startUpstream(() => ({ status: 503 }))
  const outlier_detection = {
    consecutive_5xx: 3,
    consecutive_gateway_failure: 2,
    enforcing_consecutive_gateway_failure: 0,
    interval: '60s',
    max_ejection_percent: 50,
  }
  const json = bootstrap(
    [httpListener([route('up')])],
    [cluster('up', [first.port, second.port], { outlier_detection, lb_policy: 'ROUND_ROBIN' })],
  )
  await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
  await using envoy = await startEnvoy(json)
  const causes = ['consecutive_5xx', 'consecutive_gateway_failure', 'success_rate', 'failure_percentage']
  const names = [
    ...causes.flatMap((cause) => [`ejections_detected_${cause}`, `ejections_enforced_${cause}`]),
    'ejections_enforced_consecutive_local_origin_failure',
    'ejections_active',
    'ejections_enforced_total',
    'ejections_overflow',
  ].map((name) => `cluster.up.outlier_detection.${name}`)
  const numbersOf = async (side: Side) => {
    for (let turn = 0; turn < 6; turn++) await fetch(`http://127.0.0.1:${side.port}/`)
    return settled(side, names)
  }

  const mine = await numbersOf(ours)

  expect(mine).toEqual(await numbersOf({ adminPort: envoy.admin, port: envoy.port }))
  expect(mine['cluster.up.outlier_detection.ejections_enforced_consecutive_5xx']).toBe(1)
})

withEnvoy('a tcp_proxy says what ended its connections', async () => {
  await using upstream = await startUpstream()
  const clusters = [cluster('up', [upstream.port])]
  const listener = 'listener.127.0.0.1_0'
  const names = ['downstream_cx_total', 'downstream_cx_no_route', 'idle_timeout', 'max_downstream_connection_duration']
    .map((name) => `tcp.in.${name}`)
    .concat(`${listener}.downstream_cx_active`, `${listener}.downstream_cx_total`)
  for (const [to, more] of [
    ['up', { idle_timeout: '0.2s' }],
    ['up', { max_downstream_connection_duration: '0.2s' }],
    ['none', {}],
  ] as const) {
    const json = bootstrap([tcpListener(to, more)], clusters)
    await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
    await using envoy = await startEnvoy(json)
    const numbersOf = async (side: Side) => {
      await callPlain(side.port, false)
      // Envoy counts a connection that it closes at once after it has closed it.
      return settled(side, names, { [`${listener}.downstream_cx_total`]: 1, [`${listener}.downstream_cx_active`]: 0 })
    }

    expect(await numbersOf(ours)).toEqual(await numbersOf({ adminPort: envoy.admin, port: envoy.port }))
  }
})

/** A request, or what comes of trying. */
function callSecure(port: number, caller: Pair | undefined): Promise<void> {
  const client = connectTls({
    port,
    host: '127.0.0.1',
    servername: 'shop.test',
    rejectUnauthorized: false,
    ciphers: 'TLS_AES_128_GCM_SHA256',
    minVersion: 'TLSv1.3',
    ...(caller === undefined ? {} : { cert: caller.certificate, key: caller.key }),
  })
  client.on('error', () => undefined)
  client.resume()
  client.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  return new Promise((resolve) => client.once('close', () => resolve()))
}

function callPlain(port: number, asks = true): Promise<void> {
  const client = connect(port, '127.0.0.1')
  client.on('error', () => undefined)
  client.resume()
  if (asks) client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  return new Promise((resolve) => client.once('close', () => resolve()))
}

async function settled(
  { adminPort }: Side,
  names: readonly string[],
  until: Readonly<Record<string, number>> = {},
): Promise<Record<string, number>> {
  let all: ReadonlyMap<string, number> = new Map()
  await eventually(async () => {
    const lines = (await (await fetch(`http://127.0.0.1:${adminPort}/stats`)).text()).split('\n')
    all = new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(': ')), Number(line.split(': ')[1])]))
    return Object.entries(until).every(([name, value]) => all.get(name) === value)
  })
  return Object.fromEntries(names.map((name) => [name, all.get(name) ?? 0]))
}

async function sslSeries(adminPort: number): Promise<string[]> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/stats/prometheus`)).text()
  return text
    .split('\n')
    .filter((line) => /^envoy_listener_ssl_(?:versions|ciphers|handshake|no_certificate)\b/.test(line))
    .sort()
}

async function startSecureUpstream({ certificate, key }: Pair): Promise<{ port: number; close(): void }> {
  const { createServer } = await import('node:https')
  const server = createServer({ cert: certificate, key }, (_request, response) => response.end('hi'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const bound = server.address()
  return { port: typeof bound === 'object' && bound !== null ? bound.port : 0, close: () => void server.close() }
}
