import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { buildBootstrap, filesOf, folderOf, type Placed, sessionsOf, stepsOf } from './build-bootstrap.ts'
import { hideNames } from './hide-names.ts'
import { loopback } from './loopback.ts'
import type { Outcome } from './outcome.ts'
import { runScenario, type ScenarioRun } from './run-scenario.ts'
import type { Scenario } from './scenario.ts'
import { placeFiles } from './scenario-files.ts'
import type { UpstreamSpec } from './scenario-upstream.ts'
import { settle, untilLeft } from './settle.ts'
import type { Side } from './side.ts'
import { startH2Upstream } from './start-h2-upstream.ts'
import { startLogService } from './start-log-service.ts'
import { startRateLimitService } from './start-rate-limit-service.ts'
import { type RunningSide, SideDidNotStart, startSide } from './start-side.ts'
import { type RunningUpstream, startUpstream } from './start-upstream.ts'
import { expectedOf } from './verdict.ts'

/** What became of each scenario on one side: what was seen, or why nothing could be. */
export type SideResults = ReadonlyMap<Scenario, Outcome | { readonly failure: string }>

/** Scenarios under way at once: most of them wait for something most of the time. */
const parallel = 16

/**
 * Runs scenarios on one side. Those that ask its admin have a process of their own: a look through the statistics of all
 * scenarios takes a second of the thread that ejects, checks health and reads files meanwhile.
 */
export async function runSide(side: Side, scenarios: readonly Scenario[], folder: string): Promise<SideResults> {
  const asking = await runHalves(side, scenarios.filter(asksAdmin), folder)
  const others = await runHalves(
    side,
    scenarios.filter((each) => !asksAdmin(each)),
    folder,
  )
  return new Map([...asking, ...others])
}

function asksAdmin({ steps }: Scenario): boolean {
  return steps.some((step) => 'heard' in step || 'admin' in step)
}

/**
 * All of them on one process. When it does not come up with all, it is started for halves of them until the scenario is found
 * whose configuration it refuses.
 */
async function runHalves(side: Side, scenarios: readonly Scenario[], folder: string): Promise<SideResults> {
  if (scenarios.length === 0) return new Map()
  try {
    return await runTogether(side, scenarios, folder)
  } catch (error) {
    if (!(error instanceof SideDidNotStart)) throw error
    const [only] = scenarios
    if (only !== undefined && scenarios.length === 1) return new Map([[only, { failure: error.message }]])
    const middle = Math.ceil(scenarios.length / 2)
    const first = await runHalves(side, scenarios.slice(0, middle), folder)
    const second = await runHalves(side, scenarios.slice(middle), folder)
    return new Map([...first, ...second])
  }
}

type Run = ScenarioRun & { readonly port: number }
type Started = { readonly placed: Placed; readonly upstreams: Readonly<Record<string, RunningUpstream>> }

async function runTogether(side: Side, scenarios: readonly Scenario[], folder: string): Promise<SideResults> {
  const started = await Promise.all(scenarios.map((scenario) => place(scenario, side, folder)))
  const results = new Map<Scenario, Outcome | { failure: string }>()
  let runs: ReadonlyMap<Started, Run> = new Map()
  try {
    const all = started.map(({ placed }) => placed)
    const running = await startSide(side, (adminPort) => buildBootstrap(all, adminPort), folder)
    try {
      runs = await runAll(started, side, running, results)
      for (const [{ placed }, { outcome }] of runs) {
        const failure = running.exit()
        results.set(placed.scenario, failure === undefined ? outcome : { failure })
      }
      // What ends with its client's connection is logged then.
      if (running.exit() === undefined) await untilLeft(running.adminPort)
    } finally {
      // Its logs are whole when it has ended.
      await running[Symbol.asyncDispose]()
    }
    for (const [{ placed }, run] of runs) {
      const outcome = results.get(placed.scenario)
      if (outcome === undefined || 'failure' in outcome) continue
      outcome.log = readLog(placed.logFile)
      results.set(placed.scenario, hideNames(outcome, namesOf(placed, run)))
    }
  } finally {
    await Promise.all(
      started.flatMap(({ upstreams }) => Object.values(upstreams)).map((each) => each[Symbol.asyncDispose]()),
    )
  }
  return results
}

async function place(scenario: Scenario, side: Side, folder: string): Promise<Started> {
  const certificates = path.join(folder, 'certificates')
  const entries = await Promise.all(
    Object.entries(scenario.upstreams).map(
      async ([name, spec]) => [name, await start(name, spec, certificates)] as const,
    ),
  )
  const upstreams = Object.fromEntries(entries)
  const ports = Object.fromEntries(entries.map(([name, { port }]) => [name, port]))
  const addresses = Object.fromEntries(entries.map(([name, { address }]) => [name, address]))
  const logFile = path.join(folder, `${side.name}-${scenario.id}-${starts++}.log`)
  const placed = { scenario, key: scenario.id, ports, addresses, logFile, certificates }
  const { files, mounted } = filesOf(placed)
  placeFiles(folderOf(logFile), files, mounted)
  return { placed, upstreams }
}

let starts = 0

function start(name: string, spec: UpstreamSpec, folder: string): Promise<RunningUpstream> {
  if (typeof spec === 'object' && 'rls' in spec) return startRateLimitService(spec)
  if (typeof spec === 'object' && 'logs' in spec) return startLogService()
  return typeof spec === 'object' && 'h2' in spec ? startH2Upstream(spec, folder) : startUpstream(name, spec, folder)
}

async function runAll(
  started: readonly Started[],
  side: Side,
  running: RunningSide,
  results: Map<Scenario, Outcome | { failure: string }>,
): Promise<ReadonlyMap<Started, Run>> {
  const done = new Map<Started, Run>()
  const waiting = [...started]
  const settling: Promise<void>[] = []
  const worker = async () => {
    for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) {
      const { placed, upstreams } = each
      const port = running.listenerPorts.get(placed.key)
      try {
        if (port === undefined) throw new Error(`there is no listener ${placed.key}`)
        const seen = Object.fromEntries(Object.entries(upstreams).map(([name, upstream]) => [name, upstream.seen]))
        const scenario = { ...placed.scenario, steps: stepsOf(placed) }
        const target = {
          port,
          adminPort: running.adminPort,
          certificates: placed.certificates,
          socket: `${placed.logFile}.sock`,
          folder: folderOf(placed.logFile),
        }
        const run = await runScenario(scenario, target, seen)
        Object.assign(run.outcome.upstream, seen)
        done.set(each, { ...run, port })
        // The next scenario need not wait for it.
        settling.push(settle(run, expectedOf(placed.scenario, side.name)))
      } catch (error) {
        results.set(placed.scenario, { failure: running.exit() ?? (error as Error).message })
      }
    }
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  await Promise.all(settling)
  return done
}

/** What is different in every run, and the placeholder that stands for it. */
function namesOf(
  { scenario, key, ports, addresses = {}, logFile }: Placed,
  { port, clients }: Run,
): ReadonlyMap<string, string> {
  return new Map<string, string>([
    ...Object.entries(ports).flatMap(([name, each]) => [
      [String(each), `<${name}.port>`] as const,
      ...sessionsOf(each).map(([kind, value]) => [value, `<${name}.${kind}>`] as const),
    ]),
    // One that was refused at once has none.
    ...[...clients].flatMap(([name, { localPort }]) =>
      localPort === 0 ? [] : [[String(localPort), `<${name}.port>`] as const],
    ),
    [String(port), '<port>'],
    ...Object.entries(addresses).flatMap(([name, { pipe }]) => {
      const file = (pipe as { path: string } | undefined)?.path // as `listen-as-upstream.ts` makes it
      return file === undefined ? [] : [[file, `<${name}.path>`] as const]
    }),
    [`${logFile}.sock`, '<socket>'],
    [loopback, '<host>'],
    ...[...Object.keys(ports), ...Object.keys(scenario.clusters)].map(
      (name) => [`${key}.${name}`, `<${name}>`] as const,
    ),
    [key, '<key>'],
  ])
}

function readLog(file: string): Outcome['log'] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map(lineOf)
}

function lineOf(line: string): Record<string, unknown> | string {
  if (!line.startsWith('{')) return line
  try {
    return JSON.parse(line) as Record<string, unknown> // an object, as it begins with a brace
  } catch {
    return line
  }
}
