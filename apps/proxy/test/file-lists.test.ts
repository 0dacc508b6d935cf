import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect } from 'vitest'
import { address, cluster, httpListener, route } from './harness/mesh.ts'
import { type ResourceFolder, resourceFolder } from './harness/resource-folder.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

type Json = Record<string, unknown>
type Side = { readonly adminPort: number; readonly folder: ResourceFolder; readonly ports: readonly [number, number] }

withEnvoy('lists of listeners and clusters out of files are taken and refused, and counted, as in Envoy', async () => {
  await using upstream = await startUpstream()
  using ourFolder = resourceFolder()
  using theirFolder = resourceFolder()
  const ours = await prepare(ourFolder, upstream.port)
  const theirs = await prepare(theirFolder, upstream.port)
  await using heddle = await startWholeProxy({ ...bootFrom(ourFolder), admin: { address: address(0) } })
  await using envoy = await startEnvoy(bootFrom(theirFolder))

  const seen = {
    ours: await takeSteps({ ...ours, adminPort: heddle.adminPort }, upstream.port),
    theirs: await takeSteps({ ...theirs, adminPort: envoy.admin }, upstream.port),
  }

  expect(seen.ours).toEqual(seen.theirs)
})

async function prepare(folder: ResourceFolder, upstreamPort: number) {
  const ports = [await refusingPort(), await refusingPort()] as const
  folder.put('lds.json', 'l1', 'listener', [listener('in', ports[0])])
  folder.put('cds.json', 'c1', 'cluster', [cluster('up', [upstreamPort])])
  return { folder, ports }
}

function bootFrom(folder: ResourceFolder): Json {
  return {
    node: { id: 'test', cluster: 'test.default' },
    dynamic_resources: { lds_config: folder.source('lds.json'), cds_config: folder.source('cds.json') },
  }
}

/** What clients and operators see after each swap. */
async function takeSteps({ adminPort, folder, ports }: Side, upstreamPort: number) {
  const [first, second] = ports
  const one = listener('in', first)
  const astray = { rds: { route_config_name: 'r', config_source: folder.source('none.json') } }
  const lists: readonly (readonly [step: string, statuses: readonly number[], put: () => void])[] = [
    ['as it began', [200, 0], () => undefined],
    ['another listener', [200, 200], () => folder.put('lds.json', 'l2', 'listener', [one, listener('more', second)])],
    [
      'one of them names a file that is not there',
      [200, 404],
      () => folder.put('lds.json', 'l3', 'listener', [one, listener('more', second, []), withHttp(one, 'bad', astray)]),
    ],
    [
      'one of them is there twice',
      [200, 404],
      () => folder.put('lds.json', 'l4', 'listener', [one, listener('more', second, []), { ...one, stat_prefix: 'x' }]),
    ],
    ['a broken list', [200, 404], () => folder.putText('lds.json', '{"resources": {')],
    [
      'a list of another type',
      [200, 404],
      () => folder.put('lds.json', 'l6', 'cluster', [cluster('up', [upstreamPort])]),
    ],
    ['a cluster goes', [503, 404], () => folder.put('cds.json', 'c2', 'cluster', [])],
    [
      'it comes back beside a bad one',
      [200, 404],
      () => folder.put('cds.json', 'c3', 'cluster', [cluster('up', [upstreamPort]), edsFrom(folder, 'none.json')]),
    ],
    ['a listener goes', [200, 0], () => folder.put('lds.json', 'l7', 'listener', [one])],
  ]
  const seen: { step: string; counts: string[] }[] = []
  for (const [step, statuses, put] of lists) {
    const before = outcomesOf(await counts(adminPort))
    put()
    await eventually(async () => step === 'as it began' || outcomesOf(await counts(adminPort)) > before)
    // What the main thread has taken reaches Envoy's workers a moment later.
    await eventually(async () => [await statusOf(first), await statusOf(second)].join() === statuses.join())
    seen.push({ step, counts: await counts(adminPort) })
  }
  return seen
}

async function counts(adminPort: number): Promise<string[]> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/stats`)).text()
  return text
    .split('\n')
    .filter((line) => /^\S+\.(lds|cds)\.(update_(success|failure|rejected)|version_text):/.test(line))
}

function outcomesOf(lines: readonly string[]): number {
  return lines.filter((line) => !line.includes('text')).reduce((sum, line) => sum + Number(line.split(': ')[1]), 0)
}

function listener(name: string, port: number, routes: readonly Json[] = [route('up')]): Json {
  return { ...httpListener(routes), name, address: address(port) }
}

/** Another of that kind, with its routes from elsewhere. */
function withHttp(of: Json, name: string, hcm: Json): Json {
  const text = JSON.stringify({ ...of, ...httpListener([], { hcm: { ...hcm, route_config: undefined } }), name })
  return JSON.parse(text) as Json // without what is undefined
}

function edsFrom(folder: ResourceFolder, file: string): Json {
  return { name: 'bad', type: 'EDS', connect_timeout: '1s', eds_cluster_config: { eds_config: folder.source(file) } }
}

/** 0 when the connection is refused. */
async function statusOf(port: number): Promise<number> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })
    await response.body?.cancel()
    return response.status
  } catch {
    return 0
  }
}
