import { connect } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { createAuthority } from '@heddle/testkit/certificates'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { writeProxyHeader } from '../src/codec/proxy-protocol/write-proxy-header.ts'
import { address, bootstrap, cluster, httpListener, route, tcpListener } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>

const listenerType = (name: string) => ({
  name,
  typed_config: { '@type': `type.googleapis.com/envoy.extensions.filters.listener.${name}` },
})
const tlsInspector = listenerType('tls_inspector.v3.TlsInspector')
const httpInspector = listenerType('http_inspector.v3.HttpInspector')
const proxyProtocol = (more: Json = {}) => {
  const { name, typed_config } = listenerType('proxy_protocol.v3.ProxyProtocol')
  return { name, typed_config: { ...typed_config, ...more } }
}

/** The one filter of a listener of the harness. */
function filtersOf(listener: Json): unknown {
  return (listener.filter_chains as Json[])[0]?.filters
}

function listenerOf(chains: Json[], more: Json = {}): Json {
  return { name: 'in', address: address(0), filter_chains: chains, ...more }
}

test('TLS passes through by the name that the client wants, unread', async () => {
  const { key, certificate } = await createAuthority()
  const servers = await Promise.all(['one', 'two'].map((body) => startTls(key, certificate, body)))
  const chain = (to: string, names: string[]) => ({
    filter_chain_match: { server_names: names },
    filters: filtersOf(tcpListener(to)),
  })
  await using proxy = await startTestProxy(
    bootstrap(
      [
        listenerOf([chain('one', ['one.example']), chain('two', ['*.two.example'])], {
          listener_filters: [tlsInspector],
        }),
      ],
      servers.map(({ port }, index) => cluster(index === 0 ? 'one' : 'two', [port])),
    ),
  )

  const answers = await Promise.all(
    ['one.example', 'a.two.example', 'three.example'].map((name) => helloTo(proxy.port, name)),
  )
  for (const server of servers) server.close()

  expect(answers).toEqual(['one', 'two', 'refused'])
})

test('one port serves HTTP and whatever else, by the first line', async () => {
  await using web = await startUpstream(() => ({ body: 'web' }))
  await using raw = await startRawUpstream((socket) => {
    socket.on('data', (bytes) => socket.write(`raw ${bytes}`))
  })
  await using proxy = await startTestProxy(
    bootstrap(
      [
        listenerOf(
          [
            {
              filter_chain_match: { application_protocols: ['http/1.0', 'http/1.1', 'h2c'] },
              filters: filtersOf(httpListener([route('web')])),
            },
            { filters: filtersOf(tcpListener('raw')) },
          ],
          { listener_filters: [httpInspector] },
        ),
      ],
      [cluster('web', [web.port]), cluster('raw', [raw.port])],
    ),
  )

  const http = await proxy.get('/')
  const other = await rawExchange(proxy.port, '\x00\x01hello\n', { until: (text) => text.includes('hello') })
  const inPieces = await rawExchange(proxy.port, ['GE', 'T / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'])

  expect(http.body).toBe('web')
  expect(other.text).toBe('raw \x00\x01hello\n')
  expect(inPieces.status).toBe(200)
})

test('a server that speaks first is not kept waiting on a port that is declared as TCP', async () => {
  await using first = await startRawUpstream((socket) => void socket.write('220 ready\r\n'))
  const tcp = { filters: filtersOf(tcpListener('first')) }
  await using proxy = await startTestProxy(
    bootstrap(
      [listenerOf([tcp], { listener_filters: [tlsInspector, httpInspector] })],
      [cluster('first', [first.port])],
    ),
  )

  const answer = await rawExchange(proxy.port, '', { until: (text) => text.includes('ready'), limitMs: 2000 })

  expect(answer.text).toBe('220 ready\r\n')
})

test('a client that says nothing where it must is cut off in time, or served with what is known', async () => {
  await using first = await startRawUpstream((socket) => void socket.write('220 ready\r\n'))
  const chains = [
    { filter_chain_match: { transport_protocol: 'tls' }, filters: filtersOf(tcpListener('first')) },
    { filters: filtersOf(tcpListener('first')) },
  ]
  const config = (more: Json) =>
    bootstrap(
      [listenerOf(chains, { listener_filters: [tlsInspector], listener_filters_timeout: '0.1s', ...more })],
      [cluster('first', [first.port])],
    )
  await using strict = await startTestProxy(config({}))
  await using lenient = await startTestProxy(config({ continue_on_listener_filters_timeout: true }))

  const cut = await rawExchange(strict.port, '', { limitMs: 2000 })
  const served = await rawExchange(lenient.port, '', { until: (text) => text.includes('ready'), limitMs: 2000 })

  expect(cut).toMatchObject({ text: '', closed: true })
  expect(served.text).toBe('220 ready\r\n')
  expect(strict.traffic.load.connections).toBe(0)
})

test.each([1, 2] as const)('a PROXY header of version %i says who the client is', async (version) => {
  await using upstream = await startUpstream()
  const listener = httpListener([route('up')], { hcm: { use_remote_address: true } })
  await using proxy = await startTestProxy(
    bootstrap([{ ...listener, listener_filters: [proxyProtocol()] }], [cluster('up', [upstream.port])]),
  )
  const addresses = { source: '203.0.113.7', sourcePort: 5555, destination: '192.0.2.1', destinationPort: 80 }
  const header = writeProxyHeader(version, addresses).toString('latin1')

  const answer = await rawExchange(proxy.port, `${header}GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n`)
  const without = await rawExchange(proxy.port, 'GET / HTTP/1.1\r\nHost: shop\r\n\r\n')

  expect(answer.status).toBe(200)
  expect(upstream.seen).toMatchObject([{ headers: { 'x-forwarded-for': '203.0.113.7' } }])
  expect(without).toMatchObject({ status: 0, closed: true })
})

test('a PROXY header may be missing where the listener allows it, and a version it does not take is then no header', async () => {
  await using upstream = await startUpstream()
  const filter = proxyProtocol({ allow_requests_without_proxy_protocol: true, disallowed_versions: ['V1'] })
  await using proxy = await startTestProxy(
    bootstrap([{ ...httpListener([route('up')]), listener_filters: [filter] }], [cluster('up', [upstream.port])]),
  )
  const request = 'GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n'

  const without = await rawExchange(proxy.port, request)
  const passedOn = await rawExchange(proxy.port, `PROXY UNKNOWN\r\n${request}`)

  expect([without.status, passedOn.status]).toEqual([200, 400])
})

test('new connections beyond their rate are cut off', async () => {
  await using upstream = await startRawUpstream((socket) => void socket.write('hi'))
  const rate = {
    name: 'rate',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit',
      stat_prefix: 'rate',
      token_bucket: { max_tokens: 2, fill_interval: '3600s' },
    },
  }
  const filters = [rate, ...(filtersOf(tcpListener('up')) as Json[])]
  await using proxy = await startTestProxy(bootstrap([listenerOf([{ filters }])], [cluster('up', [upstream.port])]))

  const texts: string[] = []
  for (let count = 0; count < 3; count++) {
    texts.push((await rawExchange(proxy.port, '', { until: (text) => text === 'hi', limitMs: 2000 })).text)
  }

  expect(texts).toEqual(['hi', 'hi', ''])
})

test('half a connection goes on when the other half has ended', async () => {
  await using upstream = await startRawUpstream((socket) => {
    let asked = ''
    socket.on('data', (bytes) => {
      asked += bytes
    })
    socket.on('end', () => socket.end(`you said ${asked}`))
  })
  await using proxy = await startTestProxy(bootstrap([tcpListener('up')], [cluster('up', [upstream.port])]))
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes
  })

  socket.end('everything')
  await new Promise((resolve) => socket.once('end', resolve))

  expect(text).toBe('you said everything')
})

async function startTls(key: string, cert: string, body: string) {
  const server = createTlsServer({ key, cert }, (socket) => socket.end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return { port: bound.port, close: () => server.close() }
}

function helloTo(port: number, servername: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTls({ port, host: '127.0.0.1', servername, rejectUnauthorized: false })
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes
    })
    socket.on('end', () => resolve(text))
    socket.on('error', () => resolve('refused'))
  })
}
