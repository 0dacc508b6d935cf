// `node bench/soak.ts --minutes 30`: memory of a proxy with many open connections under a steady mixed load, and whether
// it grows. Prints a line every half minute, and at the end the slope after warm-up and what idling gave back.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { cpuTimeMs, residentMiB } from './cpu-time.ts'
import { heddle } from './peers/heddle.ts'
import { runLoadAt } from './run-load.ts'
import { bench, freePort, isAccepting, Runners } from './runners.ts'
import { scenarios } from './scenarios/scenarios.ts'
import { slopePerMinute } from './slope.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '2000' },
    open: { type: 'string', default: '2000' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(`node bench/soak.ts [options]
  --minutes N   how long (30); the first sixth is warm-up
  --rate N      requests per second (2000), every feature on
  --open N      connections that stay open beside the load (2000)`)
  process.exit(0)
}

/** What the connections that stay open ask now and then. */
const request = 'GET / HTTP/1.1\r\nhost: bench.shop\r\n\r\n'

const scenario = scenarios.find(({ name }) => name === 'http1-every-feature')
if (scenario === undefined) throw new Error('the scenario is gone')
const folder = mkdtempSync(path.join(tmpdir(), 'heddle-soak-'))
await using runners = new Runners()
try {
  const [upstreamPort, collectorPort, listenPort, adminPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  runners.start([process.execPath, bench('upstream.ts'), String(upstreamPort), '128'])
  runners.start([process.execPath, bench('collector.ts'), String(collectorPort)])
  const command = heddle.command(scenario, { folder, listenPort, adminPort, upstreamPort, collectorPort })
  if (command === undefined) throw new Error('the scenario is not for us')
  const { pid } = runners.start(command.argv, command.env)
  await isAccepting(listenPort)
  await delay(2000)
  const restMiB = residentMiB(pid)
  const restFiles = openFiles(pid)
  console.log(`at rest: ${restMiB.toFixed(1)} MiB, ${restFiles} files`)

  const idle = await openAll(listenPort, Number(values.open))
  console.log(`${idle.length} open connections, each after one request: ${residentMiB(pid).toFixed(1)} MiB`)

  const asking = keepOpen(idle)
  const minutes = Number(values.minutes)
  const perSecond = Number(values.rate)
  const samples: { minute: number; mib: number }[] = []
  const began = performance.now()
  const cpuBefore = cpuTimeMs(pid)
  let requests = 0
  let failed = 0
  for (let half = 0; half < minutes * 2; half++) {
    // New connections each time, so that accepting and closing are part of it.
    const result = await runLoadAt(scenario, listenPort, perSecond, 30)
    if (result === undefined) throw new Error('h2load is not installed (Debian: nghttp2-client)')
    requests += result.requests
    failed += result.failed
    const minute = (performance.now() - began) / 60_000
    const mib = residentMiB(pid)
    samples.push({ minute, mib })
    console.log(
      `${minute.toFixed(1)} min: ${mib.toFixed(1)} MiB, ${openFiles(pid)} files, p99 ${result.p99Ms.toFixed(1)} ms, ${failed} of ${requests} failed`,
    )
  }
  const settled = samples.filter(({ minute }) => minute > minutes / 6)
  const cpuMicros = ((cpuTimeMs(pid) - cpuBefore) * 1000) / requests
  clearInterval(asking)
  const alive = idle.filter(({ destroyed }) => !destroyed).length
  for (const socket of idle) socket.destroy()
  await delay(10_000)
  console.log(
    `slope after warm-up: ${(slopePerMinute(settled) * 10).toFixed(2)} MiB in 10 minutes; ${cpuMicros.toFixed(1)} µs a request; ` +
      `idle again: ${residentMiB(pid).toFixed(1)} MiB, ${openFiles(pid)} files; ${failed} of ${requests} failed, ${alive} of ${idle.length} stayed open`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** From several addresses: one source may open no more than 1,024. */
async function openAll(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = []
  for (let index = 0; index < count; index++) {
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${2 + Math.floor(index / 500)}` })
    await new Promise((resolve, reject) => {
      socket.once('error', reject)
      socket.once('data', resolve)
      socket.write(request)
    })
    socket.on('error', () => undefined)
    socket.on('data', () => undefined)
    sockets.push(socket)
  }
  return sockets
}

/** Each of them asks something every half minute, so that none is closed for being idle. */
function keepOpen(sockets: readonly Socket[]): NodeJS.Timeout {
  let next = 0
  return setInterval(() => sockets[next++ % sockets.length]?.write(request), 30_000 / sockets.length)
}
