import { cpuTimeMs, residentMiB } from './cpu-time.ts'
import { findProgram } from './find-program.ts'
import { envoy } from './peers/envoy.ts'
import { haproxy } from './peers/haproxy.ts'
import { heddle } from './peers/heddle.ts'
import { nginx } from './peers/nginx.ts'
import type { Peer } from './peers/peer.ts'
import type { Measurement } from './render-table.ts'
import { runLoad, runLoadAt } from './run-load.ts'
import { bench, freePort, isAccepting, Runners, type Running } from './runners.ts'
import type { Scenario } from './scenarios/scenario.ts'

export type MeasureOptions = {
  readonly folder: string
  readonly rounds: number
  readonly isWanted: (name: string) => boolean
}

const halfSeconds = 4

/** Measures every peer that can do the scenario, one after the other, against one upstream. */
export async function measureScenario(scenario: Scenario, options: MeasureOptions): Promise<readonly Measurement[]> {
  await using runners = new Runners()
  const upstreamPort = await freePort()
  const upstream = startUpstream(runners, scenario, upstreamPort, options.folder)
  await isAccepting(upstreamPort)
  const collectorPort = await freePort()
  runners.start([process.execPath, bench('collector.ts'), String(collectorPort)])
  await isAccepting(collectorPort)

  const rows: Measurement[] = []
  if (options.isWanted('direct') && scenario.load !== 'http1-tls') {
    rows.push(await measure('direct', upstream.pid, upstreamPort, scenario, options.rounds))
  }
  for (const peer of [heddle, haproxy, nginx, envoy]) {
    if (!options.isWanted(peer.name)) continue
    const missing = peer.missing()
    if (missing !== undefined) console.log(`${peer.name} left out: ${missing}`)
    else {
      const row = await measurePeer(peer, scenario, { upstreamPort, collectorPort }, options, runners)
      if (row !== undefined) rows.push(row)
    }
  }
  return rows
}

function startUpstream(runners: Runners, { upstream, bodyBytes }: Scenario, port: number, folder: string): Running {
  const nghttpd = upstream === 'http1' ? undefined : findProgram('nghttpd')
  if (nghttpd !== undefined) {
    runners.writeBody(folder, bodyBytes)
    const asGrpc = ['--trailer=grpc-status: 0', `--mime-types-file=${runners.writeGrpcType(folder)}`]
    const flags = ['--no-tls', '-a', '127.0.0.1', '-d', folder, ...(upstream === 'grpc' ? asGrpc : [])]
    return runners.start([nghttpd, ...flags, String(port)])
  }
  if (upstream === 'grpc') throw new Error('nghttpd is not installed (Debian: nghttp2-server)')
  const program = upstream === 'http2' ? 'upstream-http2.ts' : 'upstream.ts'
  return runners.start([process.execPath, bench(program), String(port), String(bodyBytes)])
}

async function measurePeer(
  peer: Peer,
  scenario: Scenario,
  ports: { readonly upstreamPort: number; readonly collectorPort: number },
  { folder, rounds }: MeasureOptions,
  runners: Runners,
): Promise<Measurement | undefined> {
  const listenPort = await freePort()
  const command = peer.command(scenario, { folder, listenPort, adminPort: await freePort(), ...ports })
  if (command === undefined) return undefined
  const running = runners.start(command.argv, command.env)
  await isAccepting(listenPort)
  const measured = await measure(peer.name, running.pid, listenPort, scenario, rounds)
  await runners.stop(running)
  return measured
}

async function measure(
  name: string,
  pid: number,
  port: number,
  scenario: Scenario,
  rounds: number,
): Promise<Measurement> {
  // At rest: a second after it has begun to accept.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const restMiB = residentMiB(pid)
  // Warm: connections, JIT and caches are not what is measured.
  await runLoad(scenario, port, scenario.requests)
  const results = []
  for (let round = 0; round < rounds; round++) {
    const before = cpuTimeMs(pid)
    const result = await runLoad(scenario, port, scenario.requests)
    const cpuMicros = ((cpuTimeMs(pid) - before) * 1000) / result.requests
    results.push({ ...result, cpuMicros, perSecond: result.requests / result.seconds })
  }
  const median = results.sort((a, b) => a.cpuMicros - b.cpuMicros)[Math.floor(results.length / 2)]
  if (median === undefined) throw new Error('no round was measured')
  // Latency under a load that leaves room: half of what it can do, each request due at its time.
  const half = await runLoadAt(scenario, port, median.perSecond / 2, halfSeconds)
  return {
    name,
    cpuMicros: name === 'direct' ? undefined : median.cpuMicros,
    perSecond: median.perSecond,
    p50Ms: median.p50Ms,
    p99Ms: median.p99Ms,
    halfP50Ms: half?.p50Ms,
    halfP99Ms: half?.p99Ms,
    failed: results.reduce((sum, { failed }) => sum + failed, half?.failed ?? 0),
    restMiB,
    loadedMiB: residentMiB(pid),
  }
}
