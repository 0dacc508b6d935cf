// `npm run conformance:tools`: public suites against our proxy, each where it is installed; `conformance/README.md` says how.
// Ends in "N passed, N failed, N skipped": a tool that is not there is skipped, and named.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { findProgram } from '../bench/find-program.ts'
import { buildBootstrap } from './runner/build-bootstrap.ts'
import { buildProxy } from './runner/build-proxy.ts'
import { heddleSide } from './runner/heddle-side.ts'
import { loopback } from './runner/loopback.ts'
import type { Scenario } from './runner/scenario.ts'
import { startSide } from './runner/start-side.ts'
import { startUpstream } from './runner/start-upstream.ts'

const { values } = parseArgs({ options: { source: { type: 'boolean', default: false }, json: { type: 'string' } } })

/** A plain listener in front of a plain upstream, which reads every request whole before it answers. */
function scenarioOf(codec: 'HTTP1' | 'HTTP2'): Scenario {
  const hcm = { codec_type: codec, request_headers_timeout: '5s', request_timeout: '10s' }
  // As much of a scenario as a bootstrap needs.
  return { id: codec, listener: { hcm }, clusters: {}, upstreams: { a: 'ok' } } as unknown as Scenario
}

type Tool = {
  readonly name: string
  readonly codec: 'HTTP1' | 'HTTP2'
  readonly argv: (port: number) => readonly string[]
  readonly passes: (output: string) => boolean
}

const tools: readonly Tool[] = [
  {
    name: 'h2spec',
    codec: 'HTTP2',
    argv: (port) => ['-S', '-h', loopback, '-p', String(port), '-o', '2'],
    passes: (output) => /, 0 failed/.test(output),
  },
  {
    name: 'h2load',
    codec: 'HTTP2',
    argv: (port) => ['-n20000', '-c16', '-m16', `http://${loopback}:${port}/`],
    passes: (output) => output.includes('20000 succeeded, 0 failed, 0 errored, 0 timeout'),
  },
  {
    name: 'slowhttptest',
    codec: 'HTTP1',
    argv: (port) => ['-H', '-c200', '-r100', '-i5', '-l20', '-p3', '-u', `http://${loopback}:${port}/`],
    passes: (output) => /service available:\s+YES/.test(output),
  },
]

if (!values.source) buildProxy()
const folder = mkdtempSync(path.join(tmpdir(), 'heddle-tools-'))
const total = { passed: 0, failed: 0, skipped: 0 }
try {
  await using upstream = await startUpstream('a', 'ok', folder)
  const placed = (['HTTP1', 'HTTP2'] as const).map((key) => ({
    scenario: scenarioOf(key),
    key,
    ports: { a: upstream.port },
    logFile: path.join(folder, 'log'),
    certificates: folder,
  }))
  await using side = await startSide(heddleSide(values.source), (port) => buildBootstrap(placed, port), folder)
  for (const tool of tools) await run(tool, side.listenerPorts.get(tool.codec) ?? 0)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(total)}\n`)
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 ? 1 : 0

async function run({ name, argv, passes }: Tool, port: number): Promise<void> {
  const program = findProgram(name) ?? findProgram(path.join(homedir(), 'go/bin', name))
  if (program === undefined) {
    total.skipped++
    console.log(`${name}: not installed`)
    return
  }
  // Not synchronously: the upstream answers from this process.
  const output = await new Promise<string>((resolve) => {
    execFile(program, argv(port), { timeout: 180_000, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) =>
      resolve(`${stdout}${stderr}`),
    )
  })
  if (passes(output)) {
    total.passed++
    console.log(`${name}: passes`)
  } else {
    total.failed++
    console.log(`${name}: fails\n${output.split('\n').slice(-40).join('\n')}`)
  }
}
