// `node bench/soak.ts --help`: memory of a proxy with many open connections, under a steady load or without any, and whether
// it grows.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readArguments } from '../tools/read-arguments.ts'
import { cpuTimeMs, residentMiB } from './cpu-time.ts'
import { type Held, heldKinds, holdConnections } from './held-connections.ts'
import { liveHeapMiB, snapshotFlags } from './live-heap.ts'
import { memoryMap } from './memory-map.ts'
import { envoy } from './peers/envoy.ts'
import { heddle } from './peers/heddle.ts'
import { runLoadAt } from './run-load.ts'
import { bench, freePort, isAccepting, Runners } from './runners.ts'
import { heldScenario } from './scenarios/held.ts'
import { slopePerMinute } from './slope.ts'

const { values } = readArguments({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '2000' },
    open: { type: 'string', default: '2000' },
    kind: { type: 'string', default: 'http1' },
    peer: { type: 'string', default: 'heddle' },
    map: { type: 'boolean', default: false },
    snapshots: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(`node bench/soak.ts [options]
  --minutes N    how long (30); the first sixth is warm-up; 0 holds the connections only, and looks at them when quiet
  --rate N       requests per second beside them (2000), over connections that are new every half minute; 0 for none
  --open N       connections that stay open (2000); an open file each, two for tcp: see ulimit -n
  --kind KIND    what these speak: ${heldKinds.join(', ')}; http1 with every feature on
  --peer NAME    heddle, or envoy to compare with
  --map          what the memory is for, by /proc: at rest, with the connections, and at the end
  --snapshots    what is alive in the JavaScript heap, by heap snapshots: with the connections, after the warm-up, in the
                 middle and at the end. They cost memory themselves: look at resident memory in another run`)
  process.exit(0)
}
const kind = heldKinds.find((each) => each === values.kind)
if (kind === undefined) throw new Error(`--kind is one of ${heldKinds.join(', ')}`)
const peer = [heddle, envoy].find(({ name }) => name.toLowerCase() === values.peer)
if (peer === undefined) throw new Error('--peer is heddle or envoy')
if (values.snapshots && peer !== heddle) throw new Error('--snapshots are of heddle')
const scenario = heldScenario(kind)
const minutes = Number(values.minutes)

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
  const command = peer.command(scenario, { folder, listenPort, adminPort, upstreamPort, collectorPort })
  if (command === undefined) throw new Error(`the scenario is not for ${peer.name}`)
  const [program = '', ...args] = command.argv
  const flags = values.snapshots ? snapshotFlags(folder) : []
  const { pid } = runners.start([program, ...flags, ...args], command.env)
  await isAccepting(listenPort)
  await delay(2000)
  const restMiB = residentMiB(pid)
  console.log(`at rest: ${restMiB.toFixed(1)} MiB, ${openFiles(pid)} files`)
  showMap(pid)

  const openedMs = performance.now()
  const held = await holdConnections(kind, listenPort, Number(values.open))
  const tookS = (performance.now() - openedMs) / 1000
  console.log(
    `${held.length} open ${kind} connections, each after one request, in ${tookS.toFixed(1)} s: ${perConnection(pid, restMiB, held)}`,
  )
  await showHeap(pid)
  if (minutes === 0) await lookWhenQuiet(pid, restMiB, held)
  else await soak(pid, listenPort, held)
  showMap(pid)
  const alive = held.filter(({ socket }) => !socket.destroyed).length
  for (const { socket } of held) socket.destroy()
  await delay(10_000)
  console.log(
    `idle again: ${residentMiB(pid).toFixed(1)} MiB, ${openFiles(pid)} files; ${alive} of ${held.length} stayed open`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** What they need when they have been quiet, what they cost meanwhile, and how long somebody waits who asks. */
async function lookWhenQuiet(pid: number, restMiB: number, held: readonly Held[]): Promise<void> {
  await delay(15_000)
  console.log(`quiet for 15 s: ${perConnection(pid, restMiB, held)}`)
  const cpuBefore = cpuTimeMs(pid)
  await delay(10_000)
  const idleCpu = (cpuTimeMs(pid) - cpuBefore) / 10
  const asking = held[0] as Held // there is one at least
  const times: number[] = []
  for (let index = 0; index < 500; index++) {
    times.push(await asking.ask())
    await delay(10)
  }
  times.sort((one, other) => one - other)
  const at = (share: number) => (times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(2)
  console.log(
    `beside them: ${idleCpu.toFixed(1)} ms of CPU per second; who asks waits p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${at(1)} ms`,
  )
}

async function soak(pid: number, listenPort: number, held: readonly Held[]): Promise<void> {
  const asking = keepOpen(held)
  const samples: { minute: number; mib: number }[] = []
  const began = performance.now()
  const cpuBefore = cpuTimeMs(pid)
  let requests = 0
  let failed = 0
  for (let half = 1; half <= minutes * 2; half++) {
    const p99 = await load(listenPort)
    const minute = (performance.now() - began) / 60_000
    const mib = residentMiB(pid)
    samples.push({ minute, mib })
    console.log(
      `${minute.toFixed(1)} min: ${mib.toFixed(1)} MiB, ${openFiles(pid)} files${p99}, ${failed} of ${requests} failed`,
    )
    if (half === Math.round(minutes / 3) || half === minutes || half === minutes * 2) await showHeap(pid)
  }
  clearInterval(asking)
  const settled = samples.filter(({ minute }) => minute > minutes / 6)
  const cpuMicros = ((cpuTimeMs(pid) - cpuBefore) * 1000) / Math.max(1, requests)
  console.log(
    `slope after warm-up: ${(slopePerMinute(settled) * 10).toFixed(2)} MiB in 10 minutes; ${cpuMicros.toFixed(1)} µs a request; ` +
      `${failed} of ${requests} failed`,
  )

  async function load(port: number): Promise<string> {
    if (Number(values.rate) === 0) {
      await delay(30_000)
      return ''
    }
    // New connections each time, so that accepting and closing are part of it.
    const result = await runLoadAt(scenario, port, Number(values.rate), 30)
    if (result === undefined) throw new Error('h2load is not installed (Debian: nghttp2-client)')
    requests += result.requests
    failed += result.failed
    return `, p99 ${result.p99Ms.toFixed(1)} ms`
  }
}

function perConnection(pid: number, restMiB: number, held: readonly Held[]): string {
  const mib = residentMiB(pid)
  return `${mib.toFixed(1)} MiB, ${(((mib - restMiB) * 1024) / held.length).toFixed(1)} KiB each`
}

function showMap(pid: number): void {
  if (!values.map) return
  const parts = Object.entries(memoryMap(pid)).map(([name, mib]) => `${name} ${mib.toFixed(1)}`)
  console.log(`  of it, MiB: ${parts.join(', ')}`)
}

async function showHeap(pid: number): Promise<void> {
  if (values.snapshots)
    console.log(`  alive in the JavaScript heap: ${(await liveHeapMiB(pid, folder)).toFixed(2)} MiB`)
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** Each of them asks something every half minute, so that none is closed for being idle. */
function keepOpen(held: readonly Held[]): NodeJS.Timeout {
  let next = 0
  const ask = () => {
    // One that was closed is counted at the end.
    held[next++ % held.length]?.ask().catch(() => undefined)
  }
  return setInterval(ask, 30_000 / held.length)
}
