import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { create, createRegistry, fromJson, toBinary } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { lastGoodFile } from '../src/discovery/last-good-file.ts'
import { startAdsServer } from './harness/ads-server.ts'
import { certificateFolder } from './harness/certificate-folder.ts'
import { address, cluster, httpListener, route } from './harness/mesh.ts'
import { type ResourceFolder, resourceFolder, responseText } from './harness/resource-folder.ts'
import { launch, writeBootstrap } from './harness/start-supervised.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

type Json = Record<string, unknown>

test('a list that is read later than it moved comes into force with those that moved before it', async () => {
  await using upstream = await startUpstream()
  using folder = resourceFolder()
  const port = await refusingPort()
  const listenerTo = (to: string) => ({ ...httpListener([route(to)]), address: address(port) })
  folder.put('cds.json', 'v0', 'cluster', upTo(0, upstream.port))
  folder.put('lds.json', 'v0', 'listener', [listenerTo('up-0')])
  await using proxy = await startWholeProxy(fromFiles(folder))
  const load = startLoad(port)

  for (let swap = 1; swap <= 20; swap++) {
    // In one go, as they meet a proxy that is busy: the first move is told when the last has been made.
    folder.put('lds.json', `v${swap}`, 'listener', [listenerTo(`up-${swap - 1}`)])
    folder.put('cds.json', `v${swap}`, 'cluster', upTo(swap, upstream.port))
    folder.put('lds.json', `v${swap}+`, 'listener', [listenerTo(`up-${swap}`)])
    await eventually(async () => (await stats(proxy.adminPort)).includes(`cds.version_text: "v${swap}"`))
  }
  const { failures, answered } = await load.stop()

  expect(failures).toEqual([])
  expect(answered).toBeGreaterThan(20)
})

test('of lists that moved together the one that cannot be in force is refused, and the other taken', async () => {
  await using upstream = await startUpstream()
  using folder = resourceFolder()
  const port = await refusingPort()
  const listenerTo = (to: string, name = 'in', at = port) => ({
    ...httpListener([route(to)]),
    name,
    address: address(at),
  })
  folder.put('cds.json', 'v0', 'cluster', [cluster('up', [upstream.port])])
  folder.put('lds.json', 'v0', 'listener', [listenerTo('up')])
  await using proxy = await startWholeProxy(fromFiles(folder))

  folder.put('cds.json', 'v1', 'cluster', [cluster('up', [upstream.port]), cluster('more', [upstream.port])])
  folder.put('lds.json', 'v1', 'listener', [listenerTo('up'), listenerTo('up', 'other', upstream.port)])
  await eventually(async () => (await stats(proxy.adminPort)).includes('lds.update_rejected: 1'))
  const text = await stats(proxy.adminPort)

  expect(text).toContain('cds.version_text: "v1"')
  expect(text).toContain('lds.version_text: "v0"')
  expect(text).toContain('cluster.more.membership_total: 1')
})

test('listeners, clusters, routes and endpoints out of files are swapped fifty times under load, and no request fails', async () => {
  await using one = await startUpstream(() => ({ status: 200, body: 'one' }))
  await using two = await startUpstream(() => ({ status: 200, body: 'two' }))
  using folder = resourceFolder()
  const port = await refusingPort()
  putAll(folder, port, one.port)
  await using proxy = await startWholeProxy(fromFiles(folder))
  const load = startLoad(port)

  for (let swap = 1; swap <= 50; swap++) {
    const version = `v${swap}`
    const { successes } = countsOf(await stats(proxy.adminPort))
    folder.put('eds.json', version, 'assignment', [endpoints(swap % 2 === 0 ? one.port : two.port)])
    folder.put('rds.json', version, 'route', [routes('up', swap % 3 === 0 ? { timeout: '9s' } : {})])
    folder.put('cds.json', version, 'cluster', [eds(folder, swap % 2 === 0 ? '2s' : '3s')])
    folder.put('lds.json', version, 'listener', [rds(folder, port, swap % 2 === 0 ? 'a' : 'b')])
    await eventually(async () => countsOf(await stats(proxy.adminPort)).successes >= successes + 4)
  }
  const { answered, failures, bodies } = await load.stop()
  const counts = countsOf(await stats(proxy.adminPort))

  expect(failures).toEqual([])
  expect(answered).toBeGreaterThan(100)
  expect([...bodies].sort()).toEqual(['one', 'two'])
  expect(counts).toEqual({ attempts: 204, successes: 204 })
  expect(await stats(proxy.adminPort)).toContain('listener_manager.lds.version_text: "v50"\n')
})

test('a broken file leaves what was last good and is counted; one that is whole is taken again', async () => {
  await using upstream = await startUpstream()
  using folder = resourceFolder()
  const port = await refusingPort()
  putAll(folder, port, upstream.port)
  await using proxy = await startWholeProxy(fromFiles(folder))
  const heard = async (line: string) => eventually(async () => (await stats(proxy.adminPort)).includes(`${line}\n`))

  folder.putText('rds.json', '{"resources": [')
  await heard('http.in.rds.r.update_failure: 1')
  folder.put('rds.json', 'v2', 'route', [{ ...routes('up'), name: 'another' }])
  await heard('http.in.rds.r.update_rejected: 1')
  folder.put('rds.json', 'v3', 'route', [routes('up'), routes('up')])
  await heard('http.in.rds.r.update_rejected: 2')
  folder.put('cds.json', 'v2', 'cluster', [{ ...eds(folder), connect_timeout: '0s' }, cluster('more', [upstream.port])])
  await heard('cluster_manager.cds.update_rejected: 1')
  folder.put('lds.json', 'v2', 'listener', [{ name: 'in' }])
  await heard('listener_manager.lds.update_rejected: 1')
  const after = await stats(proxy.adminPort)
  rmSync(path.join(folder.path, 'eds.json'))
  const status = await statusOf(port, '/')
  folder.put('rds.json', 'v4', 'route', [{ ...routes('up'), virtual_hosts: [] }])
  await heard('http.in.rds.r.version_text: "v4"')

  expect(status).toBe(200)
  // What is good of a list is taken, as Envoy takes it.
  expect(proxy.traffic.clusters().has('more')).toBe(true)
  expect(after).toContain('http.in.rds.r.version_text: "v1"\n')
  expect(after).toContain('cluster.up.update_failure: 0\n')
  expect(after).toContain('cluster_manager.cds.version_text: "v1"\n')
  expect(await statusOf(port, '/')).toBe(404)
})

test('what is written into a file is no change; a link that Kubernetes swaps in a watched directory is', async () => {
  await using upstream = await startUpstream()
  const text = (to: string, version: string) => ({ 'rds.yaml': responseText(version, 'route', [routes(to)]) })
  using mounted = certificateFolder(text('up', 'v1'))
  using plain = resourceFolder()
  plain.put('rds.json', 'v1', 'route', [routes('up')])
  const file = path.join(mounted.path, 'rds.yaml')
  const listeners = [
    rdsFrom({ path_config_source: { path: file, watched_directory: { path: mounted.path } } }, 0),
    { ...rdsFrom(plain.source('rds.json'), 0, 'plain'), name: 'plain' },
  ]
  await using proxy = await startWholeProxy(
    boot({ static_resources: { listeners, clusters: [cluster('up', [upstream.port])] } }),
  )
  const before = await statusOf(proxy.port, '/')

  writeFileSync(path.join(plain.path, 'rds.json'), '{')
  mounted.swap(text('nobody', 'v2'))
  await eventually(async () => (await statusOf(proxy.port, '/')) === 503)

  expect(before).toBe(200)
  expect(await stats(proxy.adminPort)).toContain('http.plain.rds.r.update_attempt: 1\n')
})

test('a file that is not there is refused at the start and in a list', async () => {
  await using upstream = await startUpstream()
  using folder = resourceFolder()
  const port = await refusingPort()
  putAll(folder, port, upstream.port)
  await using proxy = await startWholeProxy(fromFiles(folder))
  const config = fromFiles(folder)

  folder.put('lds.json', 'v2', 'listener', [
    rds(folder, port),
    { ...rdsFrom(folder.source('none.json'), await refusingPort()), name: 'more' },
  ])
  await eventually(async () => (await stats(proxy.adminPort)).includes('listener_manager.lds.update_rejected: 1\n'))

  expect([...proxy.traffic.listeners().keys()]).toEqual(['in'])
  await expect(
    startWholeProxy({ ...config, dynamic_resources: { lds_config: folder.source('gone.json') } }),
  ).rejects.toThrow(`dynamic_resources.lds_config: ${path.join(folder.path, 'gone.json')} does not exist`)
  await expect(
    startWholeProxy(boot({ static_resources: { listeners: [rdsFrom(folder.source('gone.json'), 0)] } })),
  ).rejects.toThrow(`static_resources: ${path.join(folder.path, 'gone.json')} does not exist`)
})

test('files and a control plane go together, and only what the control plane sent is kept on disk', async () => {
  await using upstream = await startUpstream()
  await using server = await startAdsServer()
  using folder = resourceFolder()
  using state = resourceFolder()
  const port = await refusingPort()
  folder.put('lds.json', 'v1', 'listener', [rds(folder, port)])
  folder.put('rds.json', 'v1', 'route', [routes('up')])
  const ads = { api_type: 'DELTA_GRPC', grpc_services: [{ envoy_grpc: { cluster_name: 'control' } }] }
  const config = boot({
    static_resources: { clusters: [cluster('control', [server.port])] },
    dynamic_resources: { ads_config: ads, lds_config: folder.source('lds.json'), cds_config: { ads: {} } },
  })
  await using _proxy = await startWholeProxy(config, state.path)
  await eventually(() => server.asked.some(({ type }) => type === 'Cluster'))

  const registry = createRegistry(...typedExtensions)
  const overAds = { ...eds(folder), eds_cluster_config: { eds_config: { ads: {} } } }
  server.send(ClusterSchema.typeName, [
    { name: 'up', bytes: toBinary(ClusterSchema, fromJson(ClusterSchema, overAds as never, { registry })) },
  ])
  await eventually(() =>
    server.asked.some(({ type, names }) => type === 'ClusterLoadAssignment' && names.includes('up')),
  )
  const assignment = fromJson(ClusterLoadAssignmentSchema, endpoints(upstream.port) as never)
  server.send(ClusterLoadAssignmentSchema.typeName, [
    { name: 'up', bytes: toBinary(ClusterLoadAssignmentSchema, create(ClusterLoadAssignmentSchema, assignment)) },
  ])
  await eventually(async () => (await statusOf(port, '/')) === 200)
  await eventually(() => lastGoodFile(state.path).load()?.assignment.has('up') === true)

  const kept = lastGoodFile(state.path).load()
  expect(server.asked.filter(({ type }) => type === 'Listener' || type === 'RouteConfiguration')).toEqual([])
  expect(kept && [kept.cluster.size, kept.assignment.size, kept.listener.size, kept.route.size]).toEqual([1, 1, 0, 0])
})

test('several workers and the next generation follow the same files', async () => {
  await using upstream = await startUpstream()
  using folder = resourceFolder()
  folder.put('rds.json', 'v1', 'route', [routes('up')])
  folder.put('eds.json', 'v1', 'assignment', [endpoints(upstream.port)])
  const port = await refusingPort()
  const listener = rdsFrom(folder.source('rds.json'), port)
  using placed = writeBootstrap([listener], [eds(folder)], await refusingPort())
  const child = launch(placed.file, ['--concurrency', '2', '--hot-restart'])
  await using _ended = { [Symbol.asyncDispose]: () => endOf(child) }
  let log = ''
  child.stderr?.on('data', (part: Buffer) => {
    log += part.toString()
  })
  await eventually(() => log.split('"message":"serving"').length === 3)
  await eventually(async () => (await statusOf(port, '/')) === 200)
  const statuses = async () => new Set(await Promise.all(Array.from({ length: 40 }, () => statusOf(port, '/'))))

  folder.put('rds.json', 'v2', 'route', [{ ...routes('up'), virtual_hosts: [] }])
  await eventually(async () => [...(await statuses())].join() === '404', 10_000)
  child.kill('SIGHUP')
  await eventually(() => log.includes('the new generation serves'))
  const restarted = await statuses()
  folder.put('rds.json', 'v3', 'route', [routes('up')])

  expect([...restarted]).toEqual([404])
  await eventually(async () => [...(await statuses())].join() === '200', 10_000)
})

function boot(more: Json): Json {
  return { node: { id: 'test', cluster: 'test.default' }, admin: { address: address(0) }, ...more }
}

/** The cluster of a swap, beside all those before it: connections that are still open may name them. */
function upTo(swap: number, port: number): Json[] {
  return Array.from({ length: swap + 1 }, (_, index) => cluster(`up-${index}`, [port]))
}

function fromFiles(folder: ResourceFolder): Json {
  const sources = { lds_config: folder.source('lds.json'), cds_config: folder.source('cds.json') }
  return boot({ dynamic_resources: sources })
}

function putAll(folder: ResourceFolder, port: number, upstreamPort: number): void {
  folder.put('eds.json', 'v1', 'assignment', [endpoints(upstreamPort)])
  folder.put('cds.json', 'v1', 'cluster', [eds(folder)])
  folder.put('rds.json', 'v1', 'route', [routes('up')])
  folder.put('lds.json', 'v1', 'listener', [rds(folder, port)])
}

function endpoints(port: number): Json {
  return { cluster_name: 'up', endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }] }
}

function eds(folder: ResourceFolder, timeout = '1s'): Json {
  return {
    name: 'up',
    type: 'EDS',
    connect_timeout: timeout,
    eds_cluster_config: { eds_config: folder.source('eds.json') },
  }
}

function routes(to: string, action: Json = {}): Json {
  return { name: 'r', virtual_hosts: [{ name: 'all', domains: ['*'], routes: [route(to, action)] }] }
}

function rds(folder: ResourceFolder, port: number, server = 'a'): Json {
  return rdsFrom(folder.source('rds.json'), port, 'in', server)
}

function rdsFrom(source: Json, port: number, prefix = 'in', server = 'a'): Json {
  const hcm = { rds: { route_config_name: 'r', config_source: source }, stat_prefix: prefix, server_name: server }
  const listener = { ...httpListener([], { hcm: { ...hcm, route_config: undefined } }), address: address(port) }
  return JSON.parse(JSON.stringify(listener)) as Json // without what is undefined
}

async function stats(adminPort: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${adminPort}/stats`)).text()
}

/** Of all four files together. */
function countsOf(text: string): { attempts: number; successes: number } {
  const sum = (word: string) =>
    [...text.matchAll(new RegExp(`(?:lds|cds|rds\\.r|cluster\\.up)\\.update_${word}: (\\d+)`, 'g'))]
      .map(([, value]) => Number(value))
      .reduce((a, b) => a + b, 0)
  return { attempts: sum('attempt'), successes: sum('success') }
}

/** 0 when the connection is refused. */
async function statusOf(port: number, target: string): Promise<number> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${target}`, { headers: { connection: 'close' } })
    await response.body?.cancel()
    return response.status
  } catch {
    return 0
  }
}

/** Requests one after the other on four connections, until it is stopped. */
function startLoad(port: number) {
  const failures: string[] = []
  const bodies = new Set<string>()
  let answered = 0
  let isStopping = false
  const run = async () => {
    while (!isStopping) {
      try {
        const response = await fetch(`http://127.0.0.1:${port}/`)
        const body = await response.text()
        if (response.status === 200) bodies.add(body)
        else failures.push(`${response.status} ${body}`)
      } catch (error) {
        failures.push(String(error))
      }
      answered++
    }
  }
  const running = Array.from({ length: 4 }, run)
  return {
    async stop() {
      isStopping = true
      await Promise.all(running)
      return { failures, answered, bodies }
    },
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'close')
}
