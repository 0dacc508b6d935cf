import { once } from 'node:events'
import { connect as connectHttp2, createSecureServer } from 'node:http2'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type ConnectionOptions, checkServerIdentity, connect, createServer, type TLSSocket } from 'node:tls'
import { createAuthority, type Pair } from '@heddle/testkit/certificates'
import { eventually } from '@heddle/testkit/eventually'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, filter, httpListener, rbac, route, tcpListener } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

const authority = await createAuthority()
const stranger = await createAuthority('a stranger')
const serverPair = await authority.issue([{ type: 'dns', value: 'shop.test' }])
const web = await authority.issue([{ type: 'url', value: 'spiffe://mesh/ns/shop/sa/web' }])

type Json = Record<string, unknown>

test('a listener with a certificate ends TLS, and says who was asked for and who asked', async () => {
  await using upstream = await startUpstream(() => ({ body: 'secret' }))
  await using proxy = await startTestProxy(
    bootstrap(
      [secured(httpListener([route('up')]), { validation_context: trust() })],
      [cluster('up', [upstream.port])],
    ),
  )

  const answer = await get(proxy.port, web)

  expect(answer).toEqual({ status: 200, body: 'secret' })
})

test('a policy on the caller reads the name that the handshake has proved', async () => {
  await using upstream = await startUpstream()
  const named = (uri: string) => ({ authenticated: { principal_name: { exact: uri } } })
  const onlyWeb = rbac({
    action: 'ALLOW',
    policies: { web: { permissions: [{ any: true }], principals: [named('spiffe://mesh/ns/shop/sa/web')] } },
  })
  const cart = await authority.issue([{ type: 'url', value: 'spiffe://mesh/ns/shop/sa/cart' }])
  const listener = httpListener([route('up')], { filters: [filter('rbac', onlyWeb)] })
  await using proxy = await startTestProxy(
    bootstrap([secured(listener, { validation_context: trust() })], [cluster('up', [upstream.port])]),
  )

  expect(await get(proxy.port, web)).toMatchObject({ status: 200 })
  expect(await get(proxy.port, cart)).toMatchObject({ status: 403 })
  expect(await get(proxy.port, undefined)).toMatchObject({ status: 403 })
})

test.for<[string, () => Promise<Pair | undefined>]>([
  ['no certificate', async () => undefined],
  ['one of a stranger', async () => stranger.issue([{ type: 'url', value: 'spiffe://mesh/ns/shop/sa/web' }])],
  ['one that has expired', async () => authority.issue([], { notAfter: new Date(Date.now() - 1000) })],
  ['one that is not valid yet', async () => authority.issue([], { notBefore: new Date(Date.now() + 3_600_000) })],
  [
    'one with two names',
    async () =>
      authority.issue([
        { type: 'url', value: 'spiffe://mesh/ns/shop/sa/web' },
        { type: 'url', value: 'spiffe://mesh/ns/shop/sa/other' },
      ]),
  ],
  [
    'one of an authority',
    async () => authority.issue([{ type: 'url', value: 'spiffe://mesh/ns/shop/sa/web' }], { isAuthority: true }),
  ],
  ['one with another name', async () => authority.issue([{ type: 'url', value: 'spiffe://mesh/ns/other/sa/web' }])],
])('where a certificate is required, %s gets no byte through', async ([, pairOf]) => {
  await using upstream = await startUpstream()
  const names = [{ san_type: 'URI', matcher: { prefix: 'spiffe://mesh/ns/shop/' } }]
  const required = { validation_context: { ...trust(), match_typed_subject_alt_names: names } }
  await using proxy = await startTestProxy(
    bootstrap(
      [secured(httpListener([route('up')]), required, { require_client_certificate: true })],
      [cluster('up', [upstream.port])],
    ),
  )

  await expect(get(proxy.port, await pairOf())).rejects.toThrow()
  expect(upstream.seen).toEqual([])
  expect(await get(proxy.port, web)).toMatchObject({ status: 200 })
})

test('a cluster with TLS proves who it is and speaks only with whom it was told to', async () => {
  const callers: (string | undefined)[] = []
  const server = createServer(
    { cert: serverPair.certificate, key: serverPair.key, ca: authority.certificate, requestCert: true },
    (socket) => {
      callers.push(socket.getPeerX509Certificate()?.subjectAltName)
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok'))
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  const to = (name: string, expected: string, ca = authority) =>
    cluster(name, [port], {
      transport_socket: upstreamTls({
        sni: 'shop.test',
        common_tls_context: {
          tls_certificates: [pairOf(web)],
          validation_context: {
            trusted_ca: { inline_string: ca.certificate },
            match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: expected } }],
          },
        },
      }),
    })
  const paths = ['right', 'other-name', 'other-root']
  await using proxy = await startTestProxy(
    bootstrap(
      [httpListener(paths.map((path) => route(path, {}, { prefix: `/${path}` })))],
      [to('right', 'shop.test'), to('other-name', 'bank.test'), to('other-root', 'shop.test', stranger)],
    ),
  )

  const statuses = await Promise.all(paths.map(async (path) => (await proxy.get(`/${path}`)).status))
  server.close()

  expect(statuses).toEqual([200, 503, 503])
  expect(callers).toContain('URI:spiffe://mesh/ns/shop/sa/web')
})

test('a client of TLS 1.2 cannot begin a second handshake', async () => {
  await using proxy = await startTestProxy(
    bootstrap([secured(httpListener([{ match: { prefix: '/' }, direct_response: { status: 200 } }]), {})], []),
  )
  const socket = connect({
    port: proxy.port,
    host: '127.0.0.1',
    ca: authority.certificate,
    servername: 'shop.test',
    maxVersion: 'TLSv1.2',
  })
  await once(socket, 'secureConnect')

  const failed = once(socket, 'error')
  socket.renegotiate({ rejectUnauthorized: true }, () => undefined)
  const [error] = await failed
  socket.destroy()

  expect(error.message).toMatch(/no renegotiation/)
})

test('TLS ends in front of plain TCP too, and half a megabyte comes back byte for byte', async () => {
  await using upstream = await startUpstream(({ body }) => ({ body }))
  await using proxy = await startTestProxy(
    bootstrap([secured(tcpListener('up'), {})], [cluster('up', [upstream.port])]),
  )
  const body = 'x'.repeat(512 * 1024)

  const answer = await get(proxy.port, undefined, body)

  expect(answer.body === body).toBe(true)
})

test('large answers to a slow reader are held back, not kept in memory', async () => {
  const body = 'y'.repeat(4 * 1024 * 1024)
  await using upstream = await startUpstream(() => ({ body }))
  await using proxy = await startTestProxy(
    bootstrap([secured(httpListener([route('up')]), {})], [cluster('up', [upstream.port])]),
  )

  const answers = await Promise.all(Array.from({ length: 4 }, () => get(proxy.port, undefined)))

  expect(answers.map((answer) => answer.body === body)).toEqual([true, true, true, true])
})

test.for<[string, Json, string]>([
  ['a file that is gone', { tls_certificates: [{ certificate_chain: { filename: '/none/cert.pem' } }] }, 'ENOENT'],
  ['no certificate', { tls_certificates: [] }, 'tls_certificates: must not be empty'],
  [
    'a certificate that is none',
    { tls_certificates: [{ certificate_chain: { inline_string: 'x' }, private_key: { inline_string: 'y' } }] },
    'is no certificate in PEM',
  ],
  ['TLS 1.0', { ...own(), tls_params: { tls_minimum_protocol_version: 'TLSv1_0' } }, 'RFC 8996'],
])('%s refuses the configuration by name', async ([, context, reason]) => {
  const listener = secured(httpListener([route('up')]), context)

  await expect(startTestProxy(bootstrap([listener], [cluster('up', [1])]))).rejects.toThrow(reason)
})

// Node's TLS has no say in these, and what is not done must not look as if it were.
test.each<[string, Json, Json?]>([
  [
    'validation_context.only_verify_leaf_cert_crl',
    { validation_context: { ...trust(), only_verify_leaf_cert_crl: true } },
  ],
  [
    'validation_context.allow_expired_certificate',
    { validation_context: { ...trust(), allow_expired_certificate: true } },
  ],
  ['validation_context.max_verify_depth', { validation_context: { ...trust(), max_verify_depth: 2 } }],
  ['validation_context.max_verify_depth', { validation_context: { ...trust(), max_verify_depth: 101 } }],
  ['validation_context.crl', { validation_context: { ...trust(), crl: { inline_string: 'none' } } }],
  [
    'validation_context.verify_certificate_hash[0]',
    { validation_context: { ...trust(), verify_certificate_hash: ['ab'] } },
  ],
  [
    'validation_context.verify_certificate_hash',
    { validation_context: { verify_certificate_hash: ['ab'.repeat(32)] } },
  ],
  [
    'validation_context.verify_certificate_spki[0]',
    { validation_context: { ...trust(), verify_certificate_spki: ['ab'] } },
  ],
  ['tls_params.cipher_suites[0]', { tls_params: { cipher_suites: ['NO-SUCH-CIPHER'] } }],
  ['tls_params.ecdh_curves[1]', { tls_params: { ecdh_curves: ['X25519', 'P-7'] } }],
  ['tls_params.signature_algorithms[0]', { tls_params: { signature_algorithms: ['rot13'] } }],
  ['tls_params.compliance_policies', { tls_params: { compliance_policies: ['FIPS_202205'] } }],
  [
    'tls_params.tls_minimum_protocol_version',
    { tls_params: { tls_minimum_protocol_version: 'TLSv1_3', tls_maximum_protocol_version: 'TLSv1_2' } },
  ],
  ['session_ticket_keys', {}, { session_ticket_keys: { keys: [{ inline_string: 'x'.repeat(80) }] } }],
])('%s is refused by name', async (field, context, more) => {
  const listener = secured(httpListener([route('up')]), context, more)

  await expect(startTestProxy(bootstrap([listener], [cluster('up', [1])]))).rejects.toThrow(
    `filter_chains[0].transport_socket.typed_config.${more === undefined ? 'common_tls_context.' : ''}${field}: `,
  )
})

test('a cluster shows one certificate', async () => {
  const tls = upstreamTls({
    common_tls_context: { tls_certificates: [pairOf(web), pairOf(serverPair)], validation_context: trust() },
  })

  await expect(
    startTestProxy(bootstrap([httpListener([route('up')])], [cluster('up', [1], { transport_socket: tls })])),
  ).rejects.toThrow(
    'transport_socket.typed_config.common_tls_context.tls_certificates: a cluster shows one certificate at most',
  )
})

test('over TLS a client of HTTP/2 is served, and an upstream is asked for it by name', async () => {
  const server = createSecureServer({ cert: serverPair.certificate, key: serverPair.key })
  const asked: unknown[] = []
  server.on('stream', (stream, headers) => {
    asked.push([headers[':scheme'], (stream.session?.socket as TLSSocket | undefined)?.alpnProtocol])
    stream.respond({ ':status': 200 })
    stream.end('x'.repeat(1_000_000))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  const upstream = {
    http2_protocol_options: {},
    transport_socket: upstreamTls({
      common_tls_context: { validation_context: trust() },
      sni: 'shop.test',
    }),
  }
  await using proxy = await startTestProxy(
    bootstrap(
      [secured(httpListener([route('up')]), { alpn_protocols: ['h2', 'http/1.1'] })],
      [cluster('up', [port], upstream)],
    ),
  )
  const client = connectHttp2(`https://127.0.0.1:${proxy.port}`, {
    ca: authority.certificate,
    servername: 'shop.test',
    checkServerIdentity: (_host, certificate) => checkServerIdentity('shop.test', certificate),
  })

  const bodies = await Promise.all(
    [1, 2, 3].map(async () => {
      let bytes = 0
      for await (const part of client.request({ ':path': '/', ':authority': 'shop.test' }))
        bytes += (part as Buffer).length
      return bytes
    }),
  )
  const first = await get(proxy.port, undefined)
  client.close()
  server.close()

  expect(bodies).toEqual([1_000_000, 1_000_000, 1_000_000])
  expect(asked[0]).toEqual(['https', 'h2'])
  expect(first.status).toBe(200)
})

test('a tunnel over TLS begins behind what its client has not read yet', async () => {
  const large = 'y'.repeat(16 * 1024 * 1024)
  let hasUpgraded = false
  await using upstream = await startRawUpstream((socket) => {
    socket.on('data', (asked) => {
      if (!asked.includes('GET /upgrade ')) {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${large.length}\r\n\r\n${large}`)
        return
      }
      socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\nwelcome')
      hasUpgraded = true
    })
  })
  // So that the next request is looked at while all of this waits.
  const listener = {
    ...httpListener([route('up')], { hcm: { upgrade_configs: [{ upgrade_type: 'websocket' }] } }),
    per_connection_buffer_limit_bytes: 64 * 1024 * 1024,
  }
  await using proxy = await startTestProxy(bootstrap([secured(listener, {})], [cluster('up', [upstream.port])]))
  const client = connect({
    port: proxy.port,
    host: '127.0.0.1',
    ca: authority.certificate,
    servername: 'shop.test',
  })

  client.write('GET /large HTTP/1.1\r\nhost: shop.test\r\n\r\n')
  client.write('GET /upgrade HTTP/1.1\r\nhost: shop.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
  await eventually(() => hasUpgraded)
  const parts: Buffer[] = []
  for await (const part of client) parts.push(part as Buffer)
  const [, body = '', tunnel] = Buffer.concat(parts)
    .toString('latin1')
    .split(/(?<=\r\n\r\n)/)

  expect(body.startsWith(large)).toBe(true)
  expect(body.slice(large.length)).toMatch(/^HTTP\/1\.1 101 /)
  expect(tunnel).toBe('welcome')
})

function own(): Json {
  return { tls_certificates: [pairOf(serverPair)] }
}

function trust(): Json {
  return { trusted_ca: { inline_string: authority.certificate } }
}

function pairOf({ certificate, key }: Pair): Json {
  return { certificate_chain: { inline_string: certificate }, private_key: { inline_string: key } }
}

function secured(listener: Json, context: Json, more: Json = {}): Json {
  const [chain] = listener.filter_chains as Json[]
  const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext'
  const typed = { '@type': type, common_tls_context: { ...own(), ...context }, ...more }
  return { ...listener, filter_chains: [{ ...chain, transport_socket: { name: 'tls', typed_config: typed } }] }
}

function upstreamTls(config: Json): Json {
  const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'
  return { name: 'tls', typed_config: { '@type': type, ...config } }
}

/** One request over TLS, with the caller's certificate where there is one. */
function get(port: number, caller: Pair | undefined, body?: string): Promise<{ status: number; body: string }> {
  const options: ConnectionOptions = {
    ca: authority.certificate,
    servername: 'shop.test',
    ...(caller === undefined ? {} : { cert: caller.certificate, key: caller.key }),
  }
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ...options })
    socket.once('error', reject)
    const asked = request(
      { createConnection: () => socket, method: body === undefined ? 'GET' : 'POST', headers: { host: 'shop.test' } },
      async (answer) => {
        let text = ''
        for await (const piece of answer) text += String(piece)
        socket.destroy()
        resolve({ status: answer.statusCode ?? 0, body: text })
      },
    )
    asked.once('error', reject)
    asked.end(body)
  })
}
