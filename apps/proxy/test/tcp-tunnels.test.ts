import { once } from 'node:events'
import { connect } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { describe, expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, tcpListener } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>
type Side = AsyncDisposable & { readonly port: number }
type Start = (json: Json) => Promise<Side>

const ours: Start = (json) => startTestProxy(json)
const real: Start = (json) => startEnvoy(json)

const http2: Json = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
}

/** Takes connections of a client, and asks the proxy at that port for a tunnel. */
function entrance(port: number, more: Json = {}, tunneling: Json = {}): Json {
  const listener = tcpListener('exit', { tunneling_config: { hostname: 'db.internal:5432', ...tunneling } })
  return bootstrap([listener], [cluster('exit', [port], more)])
}

/** Ends CONNECT, and passes the bytes on to the server at that port. */
function exit(port: number): Json {
  const upgrade_configs = [{ upgrade_type: 'CONNECT', connect_config: {} }]
  const route = { match: { connect_matcher: {} }, route: { cluster: 'db', upgrade_configs } }
  const hcm = { upgrade_configs: [{ upgrade_type: 'CONNECT' }], http2_protocol_options: { allow_connect: true } }
  return bootstrap([httpListener([route], { hcm })], [cluster('db', [port])])
}

/** Says what it hears, and says goodbye when the other side has said everything. */
function startEcho() {
  return startRawUpstream((socket) => {
    socket.on('data', (bytes) => socket.write(bytes))
    socket.on('end', () => socket.end('bye'))
  })
}

async function talk(port: number, said: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let heard = ''
  socket.on('data', (bytes) => {
    heard += bytes.toString('latin1')
  })
  socket.write(said)
  await eventually(() => heard.length >= said.length)
  socket.end()
  await once(socket, 'close')
  return heard
}

const megabyte = 'x'.repeat(1_000_000)

describe('two proxies make a tunnel between them', () => {
  test.each([
    ['HTTP/1.1', {}],
    ['HTTP/2', http2],
  ])('over %s', async (_protocol, more) => {
    await using server = await startEcho()
    await using far = await ours(exit(server.port))
    await using near = await ours(entrance(far.port, more))

    expect(await talk(near.port, 'hello')).toBe('hellobye')
    expect(await talk(near.port, megabyte)).toBe(`${megabyte}bye`)
  })

  withEnvoy.each([
    ['ours and an Envoy over HTTP/1.1', ours, real, {}],
    ['ours and an Envoy over HTTP/2', ours, real, http2],
    ['an Envoy and ours over HTTP/1.1', real, ours, {}],
    ['an Envoy and ours over HTTP/2', real, ours, http2],
  ])('%s', async (_names, startNear, startFar, more) => {
    await using server = await startEcho()
    await using far = await startFar(exit(server.port))
    await using near = await startNear(entrance(far.port, more))

    // Over HTTP/1.1 an Envoy ends both directions with the first.
    expect(await talk(near.port, 'hello')).toMatch(more === http2 ? /^hellobye$/ : /^hello(bye)?$/)
    expect(await talk(near.port, megabyte)).toContain(megabyte)
  })
})

test('a client whose connection breaks while the other proxy thinks takes its question with it', async () => {
  const asked: string[] = []
  let gone = 0
  await using thinking = await startRawUpstream((socket) => {
    socket.on('data', (bytes) => asked.push(bytes.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => gone++)
  })
  await using near = await startTestProxy(entrance(thinking.port))
  const client = connect(near.port, '127.0.0.1')
  await eventually(() => asked.length === 1)

  client.resetAndDestroy()

  await eventually(() => gone === 1)
})

test.each([
  ['hostname', { hostname: '' }, 'must not be empty'],
  ['post_path', { post_path: '/x' }, 'is for use_post alone'],
  ['post_path', { use_post: true, post_path: '/x HTTP/1.1' }, 'must be a path'],
  ['hostname', { hostname: 'db\r\nx: y' }, 'has a control character'],
  ['hostname', { hostname: '%NO_SUCH%' }, 'is not supported yet'],
  ['headers_to_add[0].header.key', { headers_to_add: [{ header: { key: 'host', value: 'x' } }] }, 'cannot be edited'],
  [
    'headers_to_add[0].header.key',
    { headers_to_add: [{ header: { key: 'upgrade', value: 'x' } }] },
    'cannot be edited',
  ],
  [
    'headers_to_add[0].header.value',
    { headers_to_add: [{ header: { key: 'x', value: 'a\nb' } }] },
    'control character',
  ],
])('a tunnel with a wrong %s is refused by its path: %o', async (field, tunneling, why) => {
  const refused = startTestProxy(entrance(1, {}, tunneling))

  await expect(refused).rejects.toThrow(`tunneling_config.${field}`)
  await expect(refused).rejects.toThrow(why)
})
