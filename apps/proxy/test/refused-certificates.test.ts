import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { createAuthority, type LeafOptions, type Pair } from '@heddle/testkit/certificates'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { beforeAll, expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

// Certificates that no peer may show, to a listener and to a cluster alike.
type Json = Record<string, unknown>
const uri = 'spiffe://mesh/ns/shop/sa/web'
const named = [{ type: 'url' as const, value: uri }]
const authority = await createAuthority()
const stranger = await createAuthority('a stranger')
let good: Pair
beforeAll(async () => {
  good = await authority.issue(named)
})

const issue = (options: LeafOptions, names: Parameters<typeof authority.issue>[0] = named) =>
  authority.issue(names, options)

const bad: readonly (readonly [string, () => Promise<Pair>])[] = [
  ['one that has expired', () => issue({ notAfter: new Date(Date.now() - 1000) })],
  ['one that is not valid yet', () => issue({ notBefore: new Date(Date.now() + 3_600_000) })],
  ['one of another authority', () => stranger.issue(named)],
  ['one of another trust domain', () => issue({}, [{ type: 'url', value: 'spiffe://other/ns/shop/sa/web' }])],
  ['one without a name', () => issue({}, [])],
  ['one with a name of DNS only', () => issue({}, [{ type: 'dns', value: 'web.shop' }])],
  ['one with two names', () => issue({}, [...named, { type: 'url', value: 'spiffe://mesh/ns/shop/sa/admin' }])],
  ['one of an authority', () => issue({ isAuthority: true })],
  ['one for signing code', () => issue({ usage: 'code signing' })],
  ['one with a key of 1,024 bits', () => issue({ keyBits: 1024 })],
  ['one that is signed with SHA-1', () => weakAuthority().then((weak) => weak.issue(named))],
  ['one that signed itself', () => authority.issue(named, { isSelfSigned: true })],
  ['one whose name goes on behind a NUL', () => issue({}, [{ type: 'url', value: `${uri}\0.evil` }])],
  ['one whose name is percent-encoded', () => issue({}, [{ type: 'url', value: uri.replace('web', '%77eb') }])],
]

test.each(bad)('a listener takes no request from a peer with %s', async (_what, pairOf) => {
  await using upstream = await startUpstream()
  const { filter_chains: chains, ...listener } = httpListener([route('up')])
  const [chain] = chains as Json[]
  const transport_socket = tlsOf('Downstream', { require_client_certificate: true })
  await using proxy = await startTestProxy(
    bootstrap([{ ...listener, filter_chains: [{ ...chain, transport_socket }] }], [cluster('up', [upstream.port])]),
  )

  const answer = await ask(proxy.port, await pairOf())

  expect(answer).toBe('')
  expect(upstream.seen).toEqual([])
  expect(await ask(proxy.port, good)).toContain('200 OK')
})

/** Of a client's chain Node shows a listener the leaf only. */
const badUpstream = [
  ...bad,
  ['one at the end of a chain of ten', () => deepAuthority(8).then((deep) => deep.issue(named))],
] as const

test.each(badUpstream)('a cluster sends no request to a peer with %s', async (_what, pairOf) => {
  let asked = 0
  const serve = async ({ certificate, key }: Pair) => {
    const server = createServer({ cert: certificate, key, ...weakAllowed }, (socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => {
        asked++
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok')
      })
    })
    server.on('tlsClientError', () => undefined)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  const servers = [await serve(await pairOf()), await serve(good)]
  const [wrong, right] = servers.map((server) => (server.address() as AddressInfo).port) as [number, number] // both listen
  const transport_socket = tlsOf('Upstream')
  await using proxy = await startTestProxy(
    bootstrap(
      [httpListener([route('bad', {}, { prefix: '/bad' }), route('right')])],
      [cluster('bad', [wrong], { transport_socket }), cluster('right', [right], { transport_socket })],
    ),
  )

  const refused = await proxy.get('/bad')
  const taken = await proxy.get('/')
  for (const server of servers) server.close()

  expect([refused.status, taken.status, asked]).toEqual([503, 200, 1])
  expect(proxy.ended[0]?.flags).toBe('UF')
})

/** The peer's own library must not be the one that refuses. */
const weakAllowed = { ciphers: 'DEFAULT@SECLEVEL=0' }

function tlsOf(type: 'Upstream' | 'Downstream', more: Json = {}): Json {
  return {
    name: 'tls',
    typed_config: {
      '@type': `type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.${type}TlsContext`,
      common_tls_context: {
        tls_certificates: [
          { certificate_chain: { inline_string: good.certificate }, private_key: { inline_string: good.key } },
        ],
        validation_context: {
          trusted_ca: { inline_string: `${authority.certificate}\n${weakRoot}` },
          match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: uri } }],
        },
      },
      ...more,
    },
  }
}

/** So many authorities below the trusted one. */
async function deepAuthority(depth: number) {
  let deepest = authority
  for (let level = 1; level <= depth; level++) deepest = await deepest.issueAuthority(`level ${level}`)
  return deepest
}

let weak: Awaited<ReturnType<typeof createAuthority>> | undefined
let weakRoot = ''
/** Trusted, but it signs with SHA-1. */
async function weakAuthority() {
  weak ??= await createAuthority('a weak one', 'SHA-1')
  return weak
}
beforeAll(async () => {
  weakRoot = (await weakAuthority()).certificate
})

function ask(port: number, { certificate, key }: Pair): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const trust = { ca: authority.certificate, checkServerIdentity: () => undefined }
    const socket = connect({ port, host: '127.0.0.1', cert: certificate, key, ...trust, ...weakAllowed })
    socket.on('data', (part) => {
      text += part
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
    socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  })
}
