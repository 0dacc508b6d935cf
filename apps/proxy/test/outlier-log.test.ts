import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, onTestFinished, test } from 'vitest'
import { address, bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { configOf } from './harness/start-test-proxy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

type Line = Record<string, unknown>

/** Clusters, each with a way to be found out. */
const events = ['row', 'loose', 'rates', 'percent'] as const

function bootstrapFor(sick: number, well: number, log: string): Record<string, unknown> {
  const quick = { interval: '0.5s', base_ejection_time: '1s', max_ejection_percent: 100, max_ejection_time: '1s' }
  const judged = { ...quick, consecutive_5xx: 1000, enforcing_success_rate: 0, interval: '3s' }
  const success = { success_rate_minimum_hosts: 2, success_rate_request_volume: 4, success_rate_stdev_factor: 500 }
  const failure = { failure_percentage_minimum_hosts: 2, failure_percentage_request_volume: 4 }
  const detected = (name: (typeof events)[number], ports: readonly number[], outlier_detection: object) =>
    cluster(name, ports, { outlier_detection })
  return {
    ...bootstrap(
      [httpListener(events.map((name) => route(name, {}, { prefix: `/${name}` })))],
      [
        detected('row', [sick], { ...quick, consecutive_5xx: 2 }),
        detected('loose', [sick], { ...quick, consecutive_5xx: 2, enforcing_consecutive_5xx: 0, interval: '100s' }),
        detected('rates', [sick, well, well], { ...judged, ...success, enforcing_success_rate: 100 }),
        detected('percent', [sick, well], { ...judged, ...success, ...failure, enforcing_failure_percentage: 100 }),
      ],
    ),
    admin: { address: address(0) },
    cluster_manager: { outlier_detection: { event_log_path: log } },
  }
}

withEnvoy('ejections and returns are written down as an Envoy does', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-outliers-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  await using sick = await startUpstream(() => ({ status: 501 }))
  await using well = await startUpstream(() => ({ status: 200 }))
  const [ours, theirs] = ['ours', 'theirs'].map((name) => path.join(folder, name)) as [string, string]
  await using proxy = await startWholeProxy(bootstrapFor(sick.port, well.port, ours))
  await using envoy = await startEnvoy(bootstrapFor(sick.port, well.port, theirs))

  for (const { port } of [proxy, envoy]) {
    await Promise.all(
      ['/row', '/row', '/loose', '/loose', ...Array(48).fill('/rates'), ...Array(32).fill('/percent')].map((at) =>
        fetch(`http://127.0.0.1:${port}${at}`).then((answer) => answer.arrayBuffer()),
      ),
    )
  }
  await eventually(() => linesOf(ours).length === 8 && linesOf(theirs).length === 8)

  expect(byCluster(linesOf(ours))).toEqual(byCluster(linesOf(theirs)))
})

test('a service for such events is refused by its path', () => {
  const config = bootstrapFor(1, 1, '')
  const manager = { outlier_detection: { event_service: { grpc_service: {} } } }

  expect(() => configOf({ ...config, cluster_manager: manager })).toThrow(
    'cluster_manager.outlier_detection.event_service',
  )
})

function linesOf(file: string): Line[] {
  try {
    return readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
  } catch {
    return []
  }
}

/** Everything of each line but when it was. */
function byCluster(lines: readonly Line[]): unknown {
  return events.map((name) =>
    lines
      .filter((line) => line.cluster_name === name)
      .map(({ timestamp, secs_since_last_action: since, ...rest }) => ({
        ...rest,
        kinds: [typeof timestamp, typeof since],
      })),
  )
}
