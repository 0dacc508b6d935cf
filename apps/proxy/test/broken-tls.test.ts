import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { createAuthority } from '@heddle/testkit/certificates'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

// Peers that break TLS in the middle. No time limit is near, so that a connection that is not cut off at once stays.
type Json = Record<string, unknown>
const authority = await createAuthority()
const pair = await authority.issue([{ type: 'dns', value: 'shop.test' }])
const tls = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3'
/** A record whose contents no key fits. */
const garbage = Buffer.concat([Buffer.from([0x17, 3, 3, 0, 40]), Buffer.alloc(40, 0xa5)])

test('a client that sends what cannot be decrypted is cut off', async () => {
  await using upstream = await startUpstream()
  await using proxy = await securedProxy(upstream.port)
  const raw = connect(proxy.port, '127.0.0.1')
  const client = connectTls({ socket: raw, rejectUnauthorized: false })
  client.on('error', () => undefined)
  client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  await once(client, 'data')

  raw.write(garbage)

  await once(raw, 'close')
})

test('a client that ends in the middle of the handshake is let go', async () => {
  await using upstream = await startUpstream()
  await using proxy = await securedProxy(upstream.port)
  const client = connect(proxy.port, '127.0.0.1')

  client.end(Buffer.from([0x16, 3, 1, 0, 200, 1]))
  client.resume()

  await once(client, 'close')
})

test('a client may end behind its request when the handshake is over', async () => {
  await using upstream = await startUpstream(() => ({ body: 'late' }))
  await using proxy = await securedProxy(upstream.port)
  const raw = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  const client = connectTls({ socket: raw, rejectUnauthorized: false })

  client.end('GET / HTTP/1.1\r\nhost: a\r\n\r\n')

  expect(await textOf(client)).toMatch(/^HTTP\/1.1 200 .*late/s)
})

test('an upstream that sends what cannot be decrypted is given up at once', async () => {
  const server = createServer((raw) => {
    const socket = new TLSSocket(raw, { isServer: true, cert: pair.certificate, key: pair.key })
    socket.on('error', () => undefined)
    socket.once('data', () => raw.write(garbage))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const up = cluster('up', [(server.address() as AddressInfo).port]) // it listens on a port
  const typed_config = {
    '@type': `${tls}.UpstreamTlsContext`,
    sni: 'shop.test',
    common_tls_context: { validation_context: { trusted_ca: { inline_string: authority.certificate } } },
  }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')])], [{ ...up, transport_socket: { name: 'tls', typed_config } }]),
  )

  const answer = await fetch(`http://127.0.0.1:${proxy.port}/`)

  expect(answer.status).toBe(503)
  server.close()
})

function securedProxy(port: number) {
  const { filter_chains: chains, ...listener } = httpListener([route('up')])
  const [chain] = chains as Json[]
  const typed_config = {
    '@type': `${tls}.DownstreamTlsContext`,
    common_tls_context: {
      tls_certificates: [
        { certificate_chain: { inline_string: pair.certificate }, private_key: { inline_string: pair.key } },
      ],
    },
  }
  const secured = {
    ...chain,
    transport_socket: { name: 'tls', typed_config },
    transport_socket_connect_timeout: '600s',
  }
  return startTestProxy(bootstrap([{ ...listener, filter_chains: [secured] }], [cluster('up', [port])]))
}

async function textOf(socket: Socket): Promise<string> {
  let text = ''
  for await (const bytes of socket) text += bytes
  return text
}
