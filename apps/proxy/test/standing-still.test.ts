import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { KeepAliveLoad } from '@heddle/testkit/keep-alive-load'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { cluster, httpListener, route } from './harness/mesh.ts'
import { startSupervised, status } from './harness/start-supervised.ts'

// A process that stands still: suspended, as by a host that gives it no time, or one whose event loop is held up.
const workersOf = (pid = 0) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)

const startTwo = (port: number) =>
  startSupervised([httpListener([route('up')])], [cluster('up', [port])], ['--concurrency', '2'])

test.concurrent('when all of it stands still for three seconds no request is lost, and nobody is replaced', async () => {
  await using upstream = await startUpstream(() => ({ body: 'ok' }))
  await using proxy = await startTwo(upstream.port)
  const all = [proxy.child.pid ?? 0, ...workersOf(proxy.child.pid)]
  await using load = new KeepAliveLoad({ port: proxy.port, authority: 'up', body: 'ok', pauseMs: 5 })
  await eventually(() => load.ended > 200)

  for (const pid of all) process.kill(pid, 'SIGSTOP')
  await delay(3000)
  for (const pid of all) process.kill(pid, 'SIGCONT')
  const { ended } = load
  await eventually(() => load.ended > ended + 500)
  await load.stop()
  const metrics = await (await fetch(`http://127.0.0.1:${proxy.adminPort}/metrics`)).text()

  expect(load.failures).toEqual([])
  expect(workersOf(proxy.child.pid)).toEqual(all.slice(1))
  expect(Math.max(...load.tookMs)).toBeGreaterThan(2500)
  expect(metrics).toMatch(/^nodejs_eventloop_lag_max_seconds [\d.]+$/m)
})

test.concurrent('a worker that stands still is killed after ten seconds and replaced; who waited for it is told, and the other serves', async () => {
  await using upstream = await startUpstream(() => ({ body: 'ok' }))
  await using proxy = await startTwo(upstream.port)
  await eventually(() => proxy.count('"message":"serving"') === 2)
  const [first = 0, second = 0] = workersOf(proxy.child.pid)
  await using load = new KeepAliveLoad({ port: proxy.port, authority: 'up', body: 'ok', pauseMs: 5 })
  await eventually(() => load.ended > 200)

  process.kill(second, 'SIGSTOP')
  const stopped = performance.now()
  await proxy.hears('a worker stands still and is killed', String(second))
  const killedMs = performance.now() - stopped
  await eventually(() => proxy.count('"message":"serving"') === 3)
  await load.stop()

  expect(killedMs).toBeGreaterThan(8500)
  expect(killedMs).toBeLessThan(13_000)
  expect(workersOf(proxy.child.pid)).toContain(first)
  expect(workersOf(proxy.child.pid)).not.toContain(second)
  // Those that it had accepted are cut: an error, and not silence.
  expect(load.failures.filter((failure) => !/ cut$/.test(failure))).toEqual([])
  expect(await status(proxy.port)).toBe(200)
})
