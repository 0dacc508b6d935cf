import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { address, bootstrap, cluster, tcpListener } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>
type Start = (json: Json) => Promise<AsyncDisposable & { readonly port: number }>

const keepalive = (state: string): Json[] => [
  { level: 1, name: 9, int_value: 1, state },
  { level: 6, name: 4, int_value: 777, state },
]

/** When the system will probe a connection of IPv4 between these ports of this machine, in seconds; undefined: never. */
function probedInS(localPort: number, remotePort: number): number | undefined {
  const port = (number: number) => `:${number.toString(16).toUpperCase().padStart(4, '0')}`
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
    const [, local = '', remote = '', , , timer = ''] = line.trim().split(/\s+/)
    if (!local.endsWith(port(localPort)) || !remote.endsWith(port(remotePort))) continue
    const [kind, when = ''] = timer.split(':')
    return kind === '02' ? Number.parseInt(when, 16) / 100 : undefined
  }
  return undefined
}

async function probesOf(start: Start, listener: Json, bind: Json) {
  await using upstream = await startRawUpstream((socket) => void socket.write(String(socket.remotePort)))
  const json = bootstrap([{ ...tcpListener('up'), ...listener }], [cluster('up', [upstream.port], bind)])
  await using proxy = await start(json)
  const client = connect(proxy.port, '127.0.0.1')
  const [said] = await once(client, 'data')
  const told = {
    client: probedInS(proxy.port, client.localPort ?? 0),
    upstream: probedInS(Number(String(said)), upstream.port),
  }
  client.destroy()
  return told
}

const between = (value: number | undefined) => value !== undefined && value > 700 && value <= 777
const ours: Start = (json) => startTestProxy(json)
const real: Start = (json) => startEnvoy(json)

test.each(['STATE_PREBIND', 'STATE_BOUND', 'STATE_LISTENING'])(
  'what a listener is told in %s holds for its connections',
  async (state) => {
    const { client, upstream } = await probesOf(ours, { socket_options: keepalive(state) }, {})

    expect([between(client), upstream]).toEqual([true, undefined])
  },
)

test('what connections to endpoints are told holds for them alone', async () => {
  const bind = { upstream_bind_config: { socket_options: keepalive('STATE_PREBIND') } }

  const { client, upstream } = await probesOf(ours, {}, bind)

  expect([client, between(upstream)]).toEqual([undefined, true])
})

withEnvoy('an Envoy tells its sockets the same', async () => {
  const options = { socket_options: keepalive('STATE_PREBIND') }

  const { client, upstream } = await probesOf(real, options, { upstream_bind_config: options })

  expect([between(client), between(upstream)]).toEqual([true, true])
})

test('a listener at an address that the machine has not (yet) needs freebind', async () => {
  const at = (more: Json) =>
    bootstrap([{ ...tcpListener('up'), address: address(0, '203.0.113.9'), ...more }], [cluster('up', [1])])

  await expect(startTestProxy(at({}))).rejects.toThrow()
  await using proxy = await startTestProxy(at({ freebind: true }))

  expect(proxy.traffic.address('in')).toMatchObject({ host: '203.0.113.9' })
})

test('an option that the system does not take leaves what was there', async () => {
  const port = await refusingPort()
  const at = (more: Json) =>
    bootstrap([{ ...tcpListener('up'), address: address(port), ...more }], [cluster('up', [1])])
  await using proxy = await startTestProxy(at({}))

  const wrong = proxy.apply(at({ socket_options: [{ level: 6, name: 9999, int_value: 1 }] }))

  await expect(wrong).rejects.toThrow()
  const client = connect(port, '127.0.0.1')
  await once(client, 'connect')
  client.destroy()
})

test.each<[string, Json]>([
  ['socket_options[0]: needs int_value or buf_value', { socket_options: [{ level: 1, name: 9 }] }],
  ['socket_options[0].level: does not fit', { socket_options: [{ level: '4294967296', name: 9, int_value: 1 }] }],
  ['socket_options[0].int_value: does not fit', { socket_options: [{ level: 1, name: 9, int_value: '4294967296' }] }],
])('%s into what the system takes', async (why, more) => {
  const json = bootstrap([{ ...tcpListener('up'), ...more }], [cluster('up', [1])])

  await expect(startTestProxy(json)).rejects.toThrow(why)
})

test('of an upstream, options are for the moment before it is bound', async () => {
  const options = [{ level: 1, name: 9, int_value: 1, state: 'STATE_LISTENING' }]
  const to = cluster('up', [1], { upstream_bind_config: { socket_options: options } })

  await expect(startTestProxy(bootstrap([tcpListener('up')], [to]))).rejects.toThrow(
    'upstream_bind_config.socket_options[0].state: must be STATE_PREBIND',
  )
})
