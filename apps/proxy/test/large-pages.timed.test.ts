import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { address, cluster, httpListener, route } from './harness/mesh.ts'
import { startWatched } from './harness/start-watched.ts'

// What a scraper and an operator ask of a proxy of a large mesh.

const clusterCount = 3000
const turnMaxMs = 50

const pages = [
  '/stats/prometheus',
  '/stats',
  '/stats?format=json',
  '/stats?usedonly',
  '/stats?filter=upstream_rq_total',
  '/clusters',
  '/clusters?format=json',
  '/config_dump?include_eds',
  '/config_dump?resource=static_clusters&mask=cluster.name',
  '/memory',
]

test('no page about thousands of clusters holds up the event loop for 50 ms', async () => {
  await using upstream = await startUpstream()
  await using proxy = await startWatched(largeMesh(upstream.port))
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${proxy.adminPort}${path}`)).text()
  for (const path of pages) await ask(path)
  await proxy.longestTurnMs()

  const turns: [path: string, turnMs: number][] = []
  for (const path of pages) {
    const { length } = await ask(path)
    const turnMs = await proxy.longestTurnMs()
    turns.push([path, turnMs])
    console.log(`${path}: longest turn ${turnMs.toFixed(0)} ms, ${(length / 1e6).toFixed(1)} MB`)
  }
  await Promise.all(Array.from({ length: 6 }, () => ask('/stats/prometheus')))
  turns.push(['six scrapes at once', await proxy.longestTurnMs()])
  console.log(`six scrapes at once: longest turn ${turns.at(-1)?.[1].toFixed(0)} ms`)

  expect(turns.filter(([, turnMs]) => turnMs >= turnMaxMs)).toEqual([])
})

function largeMesh(port: number): Record<string, unknown> {
  const clusters = Array.from({ length: clusterCount }, (_, index) => withEndpoints(index, port))
  const listener = { ...httpListener([route('up')]), address: address(0) }
  return {
    node: { id: 'test', cluster: 'test' },
    static_resources: { listeners: [listener], clusters: [cluster('up', [port]), ...clusters] },
  }
}

/** Three, all of them the one upstream by other addresses of this machine; one cluster in ten finds outliers. */
function withEndpoints(index: number, port: number): Record<string, unknown> {
  const name = `outbound|80||service-${index}.shop.svc.cluster.local`
  const hosts = [0, 1, 2].map((each) => `127.1.${(index + each) >> 8}.${(index + each) & 255}`)
  const lb_endpoints = hosts.map((host) => ({ endpoint: { address: address(port, host) } }))
  return {
    name,
    type: 'STATIC',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints }] },
    ...(index % 10 === 0 ? { outlier_detection: {} } : {}),
  }
}
