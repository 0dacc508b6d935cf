import { createServer } from 'node:http'
import { eventually } from '@heddle/testkit/eventually'
import { KeepAliveLoad } from '@heddle/testkit/keep-alive-load'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { type DnsServer, startDnsServer } from '@heddle/testkit/start-dns-server'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, httpListener, route } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

/** A cluster of names that are looked up at a DNS server of the test. */
function dnsCluster(server: DnsServer, hosts: readonly (readonly [string, number])[], more: object = {}) {
  return {
    name: 'up',
    type: 'STRICT_DNS',
    connect_timeout: '0.5s',
    dns_refresh_rate: '0.05s',
    dns_lookup_family: 'V4_ONLY',
    typed_dns_resolver_config: {
      name: 'envoy.network.dns_resolver.cares',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
        resolvers: [{ socket_address: { address: '127.0.0.1', port_value: server.port } }],
      },
    },
    load_assignment: {
      cluster_name: 'up',
      endpoints: [
        {
          lb_endpoints: hosts.map(([address, port]) => ({
            endpoint: { address: { socket_address: { address, port_value: port } } },
          })),
        },
      ],
    },
    ...more,
  }
}

const proxyTo = (cluster: Record<string, unknown>, action = {}) =>
  startTestProxy(bootstrap([httpListener([route('up', action)])], [cluster]))

function addresses(proxy: TestProxy): string[] {
  return (proxy.traffic.clusters().get('up')?.endpoints ?? []).map(({ config }) => config.key).sort()
}

/** One HTTP server on several loopback addresses and one port. */
async function startOn(hosts: readonly string[]) {
  const seen: string[] = []
  const servers = hosts.map((host) =>
    createServer((_request, response) => {
      seen.push(host)
      response.end(host)
    }),
  )
  // One that the system gave for the first address may be somebody's on another.
  const port = await refusingPort()
  for (const [index, server] of servers.entries()) {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, hosts[index], resolve)
    })
  }
  return {
    port,
    seen,
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        server.closeAllConnections()
        await new Promise<void>((resolve) => server.close(() => resolve()))
      }
    },
  }
}

test('every address of every name is an endpoint, known before the first request', async () => {
  await using dns = await startDnsServer()
  await using upstream = await startOn(['127.0.0.1', '127.0.0.2', '127.0.0.3'])
  dns.set('a.test', ['127.0.0.1', '127.0.0.2'])
  dns.set('b.test', ['127.0.0.3'])
  await using proxy = await proxyTo(
    dnsCluster(dns, [
      ['a.test', upstream.port],
      ['b.test', upstream.port],
    ]),
  )

  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => proxy.get('/')))

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  expect(new Set(upstream.seen)).toEqual(new Set(['127.0.0.1', '127.0.0.2', '127.0.0.3']))
})

test('a route may call an endpoint by its name', async () => {
  await using dns = await startDnsServer()
  await using upstream = await startUpstream()
  dns.set('a.test', ['127.0.0.1'])
  await using proxy = await proxyTo(dnsCluster(dns, [['a.test', upstream.port]]), { auto_host_rewrite: true })

  await proxy.get('/')

  expect(upstream.seen[0]?.headers.host).toBe('a.test')
})

test('a name that moves is followed, and no request fails meanwhile', async () => {
  await using dns = await startDnsServer()
  await using upstream = await startOn(['127.0.0.1', '127.0.0.2'])
  dns.set('a.test', ['127.0.0.1'])
  await using proxy = await proxyTo(dnsCluster(dns, [['a.test', upstream.port]]))
  const statuses = new Set<number>()

  statuses.add((await proxy.get('/')).status)
  dns.set('a.test', ['127.0.0.2'])
  await eventually(async () => {
    const { status, body } = await proxy.get('/')
    statuses.add(status)
    return body === '127.0.0.2'
  })

  expect([...statuses]).toEqual([200])
  expect(addresses(proxy)).toEqual([`127.0.0.2:${upstream.port}`])
  const { attempts = 0, answered = 0, unchanged = 0, failed } = proxy.traffic.lookupsOf('up') ?? {}
  expect([answered - unchanged, failed]).toEqual([2, 0])
  expect(attempts).toBeGreaterThanOrEqual(answered)
})

test.each(['silent', 'gone'])(
  'when DNS is %s, what was last known goes on, and no request fails',
  async (how) => {
    const dns = await startDnsServer()
    await using upstream = await startUpstream()
    dns.set('a.test', ['127.0.0.1'])
    await using proxy = await proxyTo(
      dnsCluster(dns, [['a.test', upstream.port]], {
        dns_failure_refresh_rate: { base_interval: '0.05s', max_interval: '0.05s' },
      }),
    )

    await using load = new KeepAliveLoad({ port: proxy.port, authority: 'up', connections: 2, pauseMs: 10 })
    const before = dns.asked()
    if (how === 'silent') {
      dns.silence(true)
      await eventually(() => dns.asked() > before + 2, 10_000)
    }
    // Nobody has the port from now on.
    await dns[Symbol.asyncDispose]()
    const { ended } = load
    await eventually(() => load.ended > ended + 200, 10_000)
    await eventually(() => (proxy.traffic.lookupsOf('up')?.failed ?? 0) > 0, 10_000)
    await load.stop()

    expect(load.failures).toEqual([])
    expect(addresses(proxy)).toEqual([`127.0.0.1:${upstream.port}`])
  },
  30_000,
)

test('a name that nobody knows is no endpoint: 503 UH, until it is known', async () => {
  await using dns = await startDnsServer()
  await using upstream = await startUpstream()
  await using proxy = await proxyTo(dnsCluster(dns, [['new.test', upstream.port]]))

  const before = await proxy.get('/')
  dns.set('new.test', ['127.0.0.1'])
  await eventually(async () => (await proxy.get('/')).status === 200)

  expect(before.status).toBe(503)
  expect(proxy.ended[0]?.flags).toBe('UH')
})

test('LOGICAL_DNS is one endpoint whose next connection goes to where the name stands now', async () => {
  await using dns = await startDnsServer()
  await using upstream = await startOn(['127.0.0.1', '127.0.0.2'])
  dns.set('a.test', ['127.0.0.1', '127.0.0.2'])
  await using proxy = await proxyTo(dnsCluster(dns, [['a.test', upstream.port]], { type: 'LOGICAL_DNS' }))

  const first = await proxy.get('/')
  dns.set('a.test', ['127.0.0.2'])
  await eventually(() => {
    const address = proxy.traffic.clusters().get('up')?.endpoints[0]?.config.address
    return address?.kind === 'tcp' && address.host === '127.0.0.2'
  })
  const kept = await proxy.get('/')

  expect(first.body).toBe('127.0.0.1')
  expect(kept.body).toBe('127.0.0.1')
  expect(addresses(proxy)).toEqual([`a.test:${upstream.port}`])
})

test.each([
  ['V4_ONLY', ['127.0.0.1']],
  ['V6_ONLY', ['[::1]']],
  ['AUTO', ['[::1]']],
  ['V4_PREFERRED', ['127.0.0.1']],
  ['ALL', ['127.0.0.1', '[::1]']],
])('of both families, %s takes its own', async (family, expected) => {
  await using dns = await startDnsServer()
  dns.set('a.test', ['127.0.0.1', '::1'])
  await using proxy = await proxyTo(dnsCluster(dns, [['a.test', 80]], { dns_lookup_family: family }))

  expect(addresses(proxy)).toEqual(expected.map((host) => `${host}:80`).sort())
})

test('names of the hosts file and addresses need no server', async () => {
  await using upstream = await startUpstream()
  const cluster = {
    ...dnsCluster({ port: 1 } as DnsServer, [
      ['localhost', upstream.port],
      ['127.0.0.2', 1],
      ['fe80::1%lo', 1],
    ]),
    typed_dns_resolver_config: undefined,
  }
  const retry = { retry_policy: { retry_on: 'connect-failure', num_retries: 10 } }
  await using proxy = await proxyTo(JSON.parse(JSON.stringify(cluster)), retry)

  const { status } = await proxy.get('/')

  expect(status).toBe(200)
  expect(addresses(proxy)).toEqual([`127.0.0.1:${upstream.port}`, '127.0.0.2:1', '[fe80::1%lo]:1'])
})
