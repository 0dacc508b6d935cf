import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { findProgram } from './find-program.ts'
import { bench } from './runners.ts'
import type { Scenario } from './scenarios/scenario.ts'

export type LoadResult = {
  readonly requests: number
  readonly failed: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const run = promisify(execFile)

/** Sends a scenario's requests to a port, the next when one is answered, and waits for the answers. */
export async function runLoad(scenario: Scenario, port: number, requests: number): Promise<LoadResult> {
  if (isHttp2(scenario)) return runH2load(scenario, port, requests, [])
  const flags = scenario.load === 'http1-tls' ? ['tls'] : []
  const args = [bench('load.ts'), String(port), String(scenario.connections), String(requests), '/', '0', ...flags]
  const { stdout } = await run(process.execPath, args)
  return JSON.parse(stdout) as LoadResult // our own program wrote it
}

/**
 * Sends requests at a rate, whatever comes back, for so many seconds; undefined without h2load: the timers of a program in
 * JavaScript are too coarse for it.
 */
export async function runLoadAt(
  scenario: Scenario,
  port: number,
  perSecond: number,
  seconds: number,
): Promise<LoadResult | undefined> {
  if (findProgram('h2load') === undefined) return undefined
  const perClient = Math.max(1, Math.round(perSecond / scenario.connections))
  const flags = [`--rps=${perClient}`, ...(isHttp2(scenario) ? [] : ['--h1'])]
  return runH2load(scenario, port, perClient * scenario.connections * seconds, flags)
}

async function runH2load(
  { connections, streams, load }: Scenario,
  port: number,
  requests: number,
  flags: readonly string[],
): Promise<LoadResult> {
  const program = findProgram('h2load')
  if (program === undefined) throw new Error('h2load is not installed (Debian: nghttp2-client)')
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-h2load-'))
  try {
    const log = path.join(folder, 'requests')
    const args = [
      '-n',
      String(requests),
      '-c',
      String(connections),
      '-m',
      String(streams),
      `--log-file=${log}`,
      ...flags,
    ]
    const header = [
      '-H',
      // Also what it writes as Host of HTTP/1.1.
      ':authority: bench.shop',
      '-H',
      'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
    ]
    if (load === 'grpc') {
      const message = path.join(folder, 'message')
      writeFileSync(message, grpcMessage)
      args.push('-d', message)
      header.push('-H', 'content-type: application/grpc', '-H', 'te: trailers')
    }
    const url = `${load === 'http1-tls' ? 'https' : 'http'}://127.0.0.1:${port}/`
    const { stdout } = await run(program, [...args, ...header, url], { maxBuffer: 16 * 1024 * 1024 })
    // start, status and response time in microseconds, a line each
    const rows = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t').map(Number))
    const times = Float64Array.from(rows, ([, , micros = 0]) => micros / 1000).sort()
    const failed = rows.filter(([, status]) => status !== 200).length + requests - rows.length
    const seconds = secondsOf(/finished in ([\d.]+)(us|ms|s|m)/.exec(stdout))
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
    return { requests, failed, seconds, p50Ms: at(0.5), p99Ms: at(0.99) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function isHttp2({ load }: Scenario): boolean {
  return load === 'http2' || load === 'grpc'
}

/** Not compressed, 32 bytes long. */
const grpcMessage = Buffer.concat([Buffer.from([0, 0, 0, 0, 32]), Buffer.alloc(32, 'x')])

function secondsOf(match: RegExpExecArray | null): number {
  const factor = { us: 1e-6, ms: 1e-3, s: 1, m: 60 }[match?.[2] ?? 's'] ?? 1
  return Number(match?.[1] ?? 0) * factor
}
