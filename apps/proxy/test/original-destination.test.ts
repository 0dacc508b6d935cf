import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { address, bootstrap, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>

const original = (config: Json | undefined, more: Json = {}): Json => ({
  name: 'original',
  type: 'ORIGINAL_DST',
  lb_policy: 'CLUSTER_PROVIDED',
  connect_timeout: '1s',
  ...(config === undefined ? {} : { original_dst_lb_config: config }),
  ...more,
})
const startProxy = (cluster: Json) => startTestProxy(bootstrap([httpListener([route('original')])], [cluster]))

test('a request goes where its header says', async () => {
  await using one = await startUpstream(() => ({ body: 'one' }))
  await using other = await startUpstream(() => ({ body: 'other' }))
  await using proxy = await startProxy(original({ use_http_header: true }))

  const first = await proxy.get('/', { 'x-envoy-original-dst-host': `127.0.0.1:${one.port}` })
  const second = await proxy.get('/', { 'x-envoy-original-dst-host': `127.0.0.1:${other.port}` })

  expect([first.body, second.body]).toEqual(['one', 'other'])
})

test('the header may have another name, and the port may be given', async () => {
  await using up = await startUpstream(() => ({ body: 'up' }))
  const config = { use_http_header: true, http_header_name: 'X-To', upstream_port_override: up.port }
  await using proxy = await startProxy(original(config))

  const named = await proxy.get('/', { 'x-to': '127.0.0.1:1' })
  const other = await proxy.get('/', { 'x-envoy-original-dst-host': '127.0.0.1:1' })

  expect(named.body).toBe('up')
  expect(other.status).toBe(503)
})

test.each([
  ['no header', {}],
  ['a name', { 'x-envoy-original-dst-host': 'localhost:80' }],
  ['no port', { 'x-envoy-original-dst-host': '127.0.0.1' }],
  ['nothing', { 'x-envoy-original-dst-host': '' }],
])('with %s nobody is dialled', async (_what, headers) => {
  await using proxy = await startProxy(original({ use_http_header: true }))

  const answer = await proxy.get('/', headers)

  expect(answer).toMatchObject({ status: 503, body: 'no healthy upstream' })
  expect(proxy.ended[0]?.flags).toBe('UH')
})

test('a request that names the proxy itself does not go round and round', async () => {
  await using proxy = await startProxy(original({ use_http_header: true }))

  const answer = await proxy.get('/', { 'x-envoy-original-dst-host': `127.0.0.1:${proxy.port}` })

  expect(answer.status).toBe(503)
  expect(proxy.ended).toHaveLength(1)
})

test('an endpoint that nobody asks for is forgotten, with its connections', async () => {
  await using up = await startUpstream(() => ({ body: 'up' }))
  const idle = {
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        common_http_protocol_options: { idle_timeout: '0.001s' },
        explicit_http_config: { http_protocol_options: {} },
      },
    },
  }
  await using proxy = await startProxy(original({ use_http_header: true }, { cleanup_interval: '10s', ...idle }))
  await proxy.get('/', { 'x-envoy-original-dst-host': `127.0.0.1:${up.port}` })
  const cluster = proxy.traffic.clusters().get('original')

  cluster?.sweep(performance.now() + 5000)
  const soon = cluster?.members.length
  cluster?.sweep(performance.now() + 20_000)
  cluster?.sweep(performance.now() + 20_000)

  expect(soon).toBe(1)
  expect(cluster?.members).toEqual([])
})

test('endpoints that requests brought outlive a change of the cluster', async () => {
  await using up = await startUpstream(() => ({ body: 'up' }))
  await using proxy = await startProxy(original({ use_http_header: true }))
  const headers = { 'x-envoy-original-dst-host': `127.0.0.1:${up.port}` }
  await proxy.get('/', headers)
  const before = proxy.traffic.clusters().get('original')?.members[0]

  const changed = original({ use_http_header: true }, { connect_timeout: '2s' })
  await proxy.apply(bootstrap([httpListener([route('original')])], [changed]))
  await proxy.get('/', headers)

  expect(proxy.traffic.clusters().get('original')?.members).toEqual([before])
})

test.each([
  ['another lb_policy', original({}, { lb_policy: 'RANDOM' }), 'lb_policy'],
  ['endpoints', original({}, { load_assignment: { cluster_name: 'original' } }), 'load_assignment'],
  ['a name for a header that is not read', original({ http_header_name: 'x-to' }), 'http_header_name'],
  ['dynamic metadata', original({ metadata_key: { key: 'a', path: [{ key: 'b' }] } }), 'metadata_key'],
  ['its settings for another type', { ...original({}), type: 'STRICT_DNS' }, 'original_dst_lb_config'],
])('%s is refused by name', async (_what, cluster, field) => {
  await expect(startProxy(cluster)).rejects.toThrow(field)
})

/** Why rules of redirection cannot be tested here; undefined when they can. */
function unable(): string | undefined {
  for (const [program, ...argv] of [
    ['unshare', '--net', 'true'],
    ['ip', '-V'],
    ['nft', '--version'],
  ] as const) {
    const { error, status, stderr } = spawnSync(program, argv, { encoding: 'utf8' })
    if (status !== 0) return `${program}: ${error?.message ?? stderr.trim()}`
  }
  return undefined
}

const reason = unable()
if (reason !== undefined) console.error(`NOT TESTED: connections that the system redirects (${reason})`)

test.skipIf(reason !== undefined && process.env.CI !== 'true')(
  'a connection that the system redirected goes where it was going, and one that was not is refused',
  () => {
    const script = path.join(import.meta.dirname, 'harness/redirected-mesh.ts')
    const argv = ['--net', process.execPath, '--conditions=source', script]

    const { stdout, stderr } = spawnSync('unshare', argv, { encoding: 'utf8', timeout: 60_000 })

    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual({
      tcpV4: 'tcp v4',
      tcpV6: 'tcp v6',
      http: '200 http v4',
      handedOver: '200 virtual',
      byDestinationPort: '200 declared',
      dialledDirectly: 'ECONNRESET',
      requestedDirectly: '503 no healthy upstream',
      endpoints: ['10.9.9.9:8080', '[fd09::9]:8080', '10.9.9.9:8081'],
    })
  },
)

test('a destination that a PROXY header tells counts too', async () => {
  await using up = await startUpstream(() => ({ body: 'up' }))
  const filter = {
    name: 'proxy_protocol',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol' },
  }
  const listener = { ...httpListener([route('original')]), listener_filters: [filter], address: address(0) }
  await using proxy = await startTestProxy(bootstrap([listener], [original(undefined)]))

  const answer = await rawExchange(
    proxy.port,
    `PROXY TCP4 10.0.0.1 127.0.0.1 1234 ${up.port}\r\nGET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n`,
  )

  expect(answer.text).toContain('up')
})
