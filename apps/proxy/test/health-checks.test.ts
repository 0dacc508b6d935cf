import { createServer } from 'node:http2'
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js'
import { rawUnary } from '@heddle/shared/xds/raw-bytes'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { clusterStatusesOf } from '../src/admin/cluster-status.ts'
import { clusterLines } from '../src/admin/render-clusters.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>

function checked(ports: readonly number[], checker: Json, more: Json = {}, ofCluster: Json = {}): Json {
  const check = {
    timeout: '0.3s',
    interval: '0.03s',
    no_traffic_interval: '0.03s',
    unhealthy_threshold: 2,
    healthy_threshold: 2,
    ...checker,
    ...more,
  }
  return cluster('up', ports, { health_checks: [check], ...ofCluster })
}

const http = (more: Json = {}) => ({ http_health_check: { path: '/healthz', ...more } })
const proxyTo = (up: Json) => startTestProxy(bootstrap([httpListener([route('up')])], [up]))

function flags(proxy: TestProxy): string[] {
  const [status] = clusterStatusesOf(proxy.traffic.clusters())
  return (status?.hosts ?? []).map(({ flags }) => flags.join('') || 'healthy')
}

test('an endpoint that fails its check takes no request from the start, and takes them when it is well', async () => {
  let isWell = false
  await using sick = await startUpstream(({ url }) => ({ status: url === '/healthz' && !isWell ? 503 : 200 }))
  await using well = await startUpstream()
  await using proxy = await proxyTo(checked([sick.port, well.port], http()))
  const served = () => sick.seen.filter(({ url }) => url === '/').length

  for (let request = 0; request < 10; request++) await proxy.get('/')
  const before = [served(), ...flags(proxy)]
  isWell = true
  await eventually(async () => {
    await proxy.get('/')
    return served() > 0
  })

  expect(before).toEqual([0, '/failed_active_hc', 'healthy'])
  expect(flags(proxy)).toEqual(['healthy', 'healthy'])
})

test('the check asks as it is told, and expects what it is told', async () => {
  await using upstream = await startUpstream(() => ({ status: 418, body: 'all is well here' }))
  const checker = http({
    host: 'check.test',
    expected_statuses: [{ start: 418, end: 419 }],
    request_headers_to_add: [{ header: { key: 'X-Probe', value: 'yes' } }],
    receive: [{ text: Buffer.from('all').toString('hex') }, { text: Buffer.from('well').toString('hex') }],
    method: 'GET',
  })
  await using proxy = await proxyTo(checked([upstream.port], checker))

  expect(flags(proxy)).toEqual(['healthy'])
  expect(upstream.seen[0]).toMatchObject({
    method: 'GET',
    url: '/healthz',
    headers: { host: 'check.test', 'x-probe': 'yes', 'user-agent': 'heddle-health-check' },
  })
})

test('an answer without the expected text is a refusal', async () => {
  await using upstream = await startUpstream(() => ({ body: 'starting' }))
  await using proxy = await proxyTo(
    checked([upstream.port], http({ receive: [{ text: Buffer.from('ready').toString('hex') }] })),
  )

  expect(flags(proxy)).toEqual(['/failed_active_hc'])
})

test('an endpoint that says so is degraded', async () => {
  await using upstream = await startUpstream(() => ({ headers: { 'x-envoy-degraded': '1' } }))
  await using proxy = await proxyTo(checked([upstream.port], http()))

  expect(flags(proxy)).toEqual(['/degraded_active_hc'])
})

test('no answer in time is a failure, and one failure alone changes nothing', async () => {
  let isSilent = false
  let asked = 0
  await using upstream = await startRawUpstream((socket) =>
    socket.on('data', () => {
      asked++
      if (!isSilent) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    }),
  )
  await using proxy = await proxyTo(checked([upstream.port], http(), { timeout: '0.1s' }))

  const atFirst = flags(proxy)
  isSilent = true
  const before = asked
  await eventually(() => asked === before + 1)
  const afterOne = flags(proxy)
  await eventually(() => flags(proxy)[0] === '/failed_active_hc/active_hc_timeout')

  expect([atFirst, afterOne]).toEqual([['healthy'], ['healthy']])
  const { checksFailed, checksUnanswered = 0 } = proxy.traffic.clusters().get('up')?.totals ?? {}
  expect(checksUnanswered).toBeGreaterThanOrEqual(2)
  expect(checksFailed).toBe(checksUnanswered)
  expect(asked).toBeGreaterThanOrEqual(before + 2)
})

test('a TCP check wants a connection, and certain bytes where they are asked for', async () => {
  await using talking = await startRawUpstream((socket) =>
    socket.on('data', (bytes) => socket.write(`>${bytes.toString()}<`)),
  )
  const checker = {
    tcp_health_check: {
      send: { text: Buffer.from('ping').toString('hex') },
      receive: [{ text: Buffer.from('>ping').toString('hex') }],
    },
  }
  const ports = [talking.port, await refusingPort()]
  await using asking = await proxyTo(checked(ports, checker))
  await using connecting = await proxyTo(checked(ports, { tcp_health_check: {} }))

  expect(flags(asking)).toEqual(['healthy', '/failed_active_hc'])
  expect(flags(connecting)).toEqual(['healthy', '/failed_active_hc'])
})

test('a gRPC check believes SERVING of its service, and nothing else', async () => {
  const asked: string[] = []
  const server = new Server()
  server.addService(
    {
      Check: {
        path: '/grpc.health.v1.Health/Check',
        ...rawUnary,
      },
    },
    {
      Check: ({ request }: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
        const service = request.subarray(2).toString()
        asked.push(service)
        answer(null, Buffer.from([8, service === 'shop' ? 1 : 2]))
      },
    },
  )
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, at) =>
      error ? reject(error) : resolve(at),
    ),
  )
  const grpc = (service_name: string) => ({ grpc_health_check: { service_name } })
  await using serving = await proxyTo(checked([port], grpc('shop')))
  await using other = await proxyTo(checked([port], grpc('cart')))

  expect([flags(serving), flags(other)]).toEqual([['healthy'], ['/failed_active_hc']])
  expect(new Set(asked)).toEqual(new Set(['shop', 'cart']))
  server.forceShutdown()
})

test('an HTTP check may speak HTTP/2', async () => {
  const server = createServer((_request, response) => response.end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0
  await using proxy = await proxyTo(checked([port], http({ codec_client_type: 'HTTP2' })))

  expect(flags(proxy)).toEqual(['healthy'])
  server.close()
})

test('a good check ends an ejection', async () => {
  await using flaky = await startUpstream(({ url }) => ({ status: url === '/healthz' ? 200 : 500 }))
  await using good = await startUpstream()
  const outlier = { outlier_detection: { consecutive_5xx: 2, base_ejection_time: '300s', max_ejection_percent: 50 } }
  await using proxy = await proxyTo(checked([flaky.port, good.port], http(), { interval: '0.2s' }, outlier))
  const served = () => flaky.seen.filter(({ url }) => url === '/').length

  await eventually(async () => {
    await proxy.get('/')
    return flags(proxy)[0] === '/failed_outlier_check'
  })
  const before = served()
  await eventually(async () => {
    await proxy.get('/')
    return served() > before
  })
})

test('an endpoint may be checked at another port, or not at all', async () => {
  await using checking = await startUpstream()
  await using upstream = await startRawUpstream((socket) =>
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')),
  )
  const at = (health_check_config: Json, port: number) => ({
    endpoint: {
      address: { socket_address: { address: '127.0.0.1', port_value: port } },
      health_check_config,
    },
  })
  const endpoints = [
    { lb_endpoints: [at({ port_value: checking.port }, upstream.port), at({ disable_active_health_check: true }, 1)] },
  ]
  await using proxy = await proxyTo(checked([], http(), {}, { load_assignment: { cluster_name: 'up', endpoints } }))

  expect(flags(proxy)).toEqual(['healthy', 'healthy'])
  expect(upstream.connections()).toBe(0)
  expect(checking.seen.length).toBeGreaterThan(0)
})

test('the admin page shows flags as Envoy does', async () => {
  await using well = await startUpstream()
  await using proxy = await proxyTo(checked([await refusingPort(), well.port], http()))

  const lines = [...clusterLines(clusterStatusesOf(proxy.traffic.clusters()))].join('').split('\n')

  expect(lines).toContain(`up::127.0.0.1:${well.port}::health_flags::healthy`)
  expect(lines.some((line) => line.endsWith('::health_flags::/failed_active_hc'))).toBe(true)
})

test.each([
  ['without a timeout', { timeout: undefined }, 'health_checks[0].timeout'],
  ['without a path', { http_health_check: { path: '' } }, 'http_health_check.path'],
  ['with statuses that are none', http({ expected_statuses: [{ start: 200, end: 700 }] }), 'expected_statuses[0]'],
])('a check %s is refused by its path', async (_what, more, path) => {
  const up = JSON.parse(JSON.stringify(checked([1], http(), more)))

  await expect(proxyTo(up)).rejects.toThrow(path)
})

test('changes of health are told to a file, with what was answered', async () => {
  let isWell = true
  const lines: string[] = []
  await using up = await startUpstream(() => ({ status: isWell ? 200 : 418 }))
  const sink = {
    '@type': 'type.googleapis.com/envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink',
    event_log_path: '/dev/events',
  }
  const config = checked([up.port], { ...http(), event_logger: [{ name: 'file', typed_config: sink }] })
  await using _proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [config]), {
    writeLog: (path, line) => lines.push(`${path} ${line}`),
  })

  await eventually(() => lines.length === 1)
  isWell = false
  await eventually(() => lines.length === 2)

  expect(lines[0]).toContain('"add_healthy_event":{"first_check":true}')
  expect(lines[1]).toContain('"eject_unhealthy_event":{"failure_type":"ACTIVE","http_status_code":418}')
  expect(lines[1]).toMatch(new RegExp(`^/dev/events .*"port_value":${up.port},.*"cluster_name":"up"`))
})
