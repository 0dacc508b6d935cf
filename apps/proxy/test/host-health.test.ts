import { connect } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import type { ClusterState } from '../src/cluster/cluster-state.ts'
import { bootstrap, cluster, httpListener, route, tcpListener } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>

const check = {
  timeout: '0.3s',
  interval: '0.03s',
  no_traffic_interval: '0.03s',
  unhealthy_threshold: 1,
  healthy_threshold: 1,
}
const checked = (ports: readonly number[], more: Json = {}): Json =>
  cluster('up', ports, { health_checks: [{ ...check, http_health_check: { path: '/healthz' } }], ...more })

/** Discovery tells the cluster that only the endpoint of this port is left. */
function leaveOnly(state: ClusterState, port: number): void {
  const endpoints = state.members.map(({ config }) => config).filter(({ key }) => key.endsWith(`:${port}`))
  const assignment = { name: 'up', endpoints, overprovisioningPercent: 140, weighsHealth: false }
  state.update({ ...state.config, discovery: { kind: 'eds', source: 'ads', assignmentName: 'up' } }, assignment)
}

test.each([
  ['stays until it fails', false],
  ['is gone at once where its health is to be ignored', true],
])('an endpoint that discovery takes away while it is well %s', async (_what, isIgnored) => {
  let isWell = true
  await using leaving = await startUpstream(({ url }) => ({ status: url === '/healthz' && !isWell ? 503 : 200 }))
  await using staying = await startUpstream()
  const up = checked([leaving.port, staying.port], { ignore_health_on_host_removal: isIgnored })
  await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [up]))
  const state = proxy.traffic.clusters().get('up') as ClusterState // it is in the configuration

  leaveOnly(state, staying.port)
  const during = state.members.length
  isWell = false

  expect(during).toBe(isIgnored ? 1 : 2)
  await eventually(() => state.members.length === 1)
  const { length: checks } = leaving.seen
  await eventually(() => staying.seen.length > checks + 5)
  expect(leaving.seen.length).toBeLessThanOrEqual(checks + 1)
})

test('an endpoint that comes back is a member like any other', async () => {
  await using one = await startUpstream()
  await using other = await startUpstream()
  await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [checked([one.port, other.port])]))
  const state = proxy.traffic.clusters().get('up') as ClusterState // it is in the configuration
  const [first] = state.members
  const all = state.members.map(({ config }) => config)

  leaveOnly(state, other.port)
  state.update(state.config, { name: 'up', endpoints: all, overprovisioningPercent: 140, weighsHealth: false })

  expect(state.members).toHaveLength(2)
  expect(state.members[0]).toBe(first)
})

test.each([
  ['are cut with its health where that is asked for', true],
  ['go on otherwise', false],
])('TCP connections to an endpoint that fails its check %s', async (_what, isAsked) => {
  let isWell = true
  await using up = await startRawUpstream((socket) => {
    socket.on('data', (part) => {
      const isCheck = part.toString().startsWith('GET /healthz')
      const status = isWell ? '200 OK' : '503 Gone'
      socket.write(isCheck ? `HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n` : part)
    })
  })
  const to = checked([up.port], { close_connections_on_host_health_failure: isAsked })
  await using proxy = await startTestProxy(bootstrap([tcpListener('up')], [to]))
  const client = connect(proxy.port, '127.0.0.1')
  let isClosed = false
  let echoed = ''
  client.on('error', () => undefined)
  client.on('data', (part) => {
    echoed += part.toString()
  })
  client.on('close', () => {
    isClosed = true
  })
  client.write('hello')
  await eventually(() => echoed === 'hello')

  isWell = false
  await eventually(() => proxy.traffic.clusters().get('up')?.members[0]?.checked === 'unhealthy')

  if (isAsked) {
    await eventually(() => isClosed)
    return
  }
  client.write(' again')
  await eventually(() => echoed === 'hello again')
  expect(isClosed).toBe(false)
  client.destroy()
})

test('any change of who is there gives requests new connections, where that is asked for', async () => {
  await using one = await startUpstream(({ url }) => ({ body: url }))
  await using other = await startUpstream()
  const more = { common_lb_config: { close_connections_on_host_set_change: true } }
  const both = cluster('up', [one.port, other.port], more)
  await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [both]))
  await proxy.get('/')
  await proxy.get('/')

  await proxy.apply(bootstrap([httpListener([route('up')])], [cluster('up', [one.port], more)]))

  await eventually(() => proxy.traffic.clusters().get('up')?.counts.connections === 0)
  expect((await proxy.get('/')).status).toBe(200)
})
