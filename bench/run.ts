// `npm run bench`: our proxy, the peers that are installed, and a direct connection, over the same work in one run.
// Prints CPU per request, requests per second, latency and memory with ratios. `--help` lists the options.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { cpuTimeMs, residentMiB } from './cpu-time.ts'
import { envoy } from './peers/envoy.ts'
import { haproxy } from './peers/haproxy.ts'
import { heddle } from './peers/heddle.ts'
import { nginx } from './peers/nginx.ts'
import type { Peer } from './peers/peer.ts'
import { type Measurement, renderTable } from './render-table.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '60000' },
    connections: { type: 'string', default: '32' },
    body: { type: 'string', default: '128' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(`npm run bench -- [options]
  --requests N      per round and peer (60000)
  --connections N   keep-alive connections (32)
  --body BYTES      of the answers (128)
  --rounds N        the median is shown (3)
  --only NAME       direct, Heddle, HAProxy, nginx, Envoy; may be repeated`)
  process.exit(0)
}

const folder = mkdtempSync(path.join(tmpdir(), 'heddle-bench-'))
const here = import.meta.dirname
const children = new Set<ReturnType<typeof spawn>>()
const wanted = (name: string) =>
  values.only.length === 0 || values.only.some((each) => each.toLowerCase() === name.toLowerCase())

try {
  const upstreamPort = await freePort()
  const upstream = start([process.execPath, path.join(here, 'upstream.ts'), String(upstreamPort), values.body])
  await accepting(upstreamPort)

  const rows: Measurement[] = []
  if (wanted('direct')) rows.push(await measure('direct', upstream.pid ?? 0, upstreamPort, false))
  for (const peer of [heddle, haproxy, nginx, envoy]) {
    if (!wanted(peer.name)) continue
    const missing = peer.missing()
    if (missing) console.log(`${peer.name} left out: ${missing}`)
    else rows.push(await measurePeer(peer, upstreamPort))
  }
  console.log(renderTable(rows, values))
} finally {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}

async function measurePeer(peer: Peer, upstreamPort: number): Promise<Measurement> {
  const listenPort = await freePort()
  const child = start(peer.command({ folder, listenPort, upstreamPort, adminPort: await freePort() }))
  await accepting(listenPort)
  const measured = await measure(peer.name, child.pid ?? 0, listenPort, true)
  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
  children.delete(child)
  return measured
}

async function measure(name: string, pid: number, port: number, isProxy: boolean): Promise<Measurement> {
  const restMiB = residentMiB(pid)
  // Warm: connections, JIT and caches are not what is measured.
  await load(port, Math.ceil(Number(values.requests) / 3))
  const rounds = []
  for (let round = 0; round < Number(values.rounds); round++) {
    const before = cpuTimeMs(pid)
    const result = await load(port, Number(values.requests))
    rounds.push({
      cpuMicros: ((cpuTimeMs(pid) - before) * 1000) / result.requests,
      perSecond: result.requests / result.seconds,
      p50Ms: result.p50Ms,
      p99Ms: result.p99Ms,
      failed: result.failed,
    })
  }
  const median = rounds.sort((a, b) => a.cpuMicros - b.cpuMicros)[Math.floor(rounds.length / 2)]
  if (!median) throw new Error('no round was measured')
  const failed = rounds.reduce((sum, round) => sum + round.failed, 0)
  return {
    name,
    ...median,
    failed,
    cpuMicros: isProxy ? median.cpuMicros : undefined,
    restMiB,
    loadedMiB: residentMiB(pid),
  }
}

type LoadResult = { requests: number; failed: number; seconds: number; p50Ms: number; p99Ms: number }

function load(port: number, requests: number): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = start(
      [process.execPath, path.join(here, 'load.ts'), String(port), values.connections, String(requests)],
      true,
    )
    let output = ''
    child.stdout?.on('data', (part: Buffer) => {
      output += part.toString()
    })
    child.once('exit', (code) => {
      children.delete(child)
      if (code === 0) resolve(JSON.parse(output) as LoadResult)
      else reject(new Error(`the load generator ended with ${code}`))
    })
  })
}

function start(command: readonly string[], isRead = false) {
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: ['ignore', isRead ? 'pipe' : 'ignore', 'inherit'] })
  children.add(child)
  return child
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function accepting(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { host: 'bench.shop' } }).catch(
      () => undefined,
    )
    await response?.body?.cancel()
    if (response) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing accepts on port ${port}`)
}
