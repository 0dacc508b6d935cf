// `npm run conformance:tools`: public suites against our proxy. A tool that is not installed is fetched where that can be done in
// reasonable time; what cannot be had is skipped and named with its reason. Ends in "N passed, N failed, N skipped".
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { refusingPort } from '../packages/testkit/src/refusing-port.ts'
import { readArguments } from '../tools/read-arguments.ts'
import { buildBootstrap } from './runner/build-bootstrap.ts'
import { buildProxy } from './runner/build-proxy.ts'
import { findJars } from './runner/find-jars.ts'
import { findTool, type ToolSource } from './runner/find-tool.ts'
import { heddleSide } from './runner/heddle-side.ts'
import { loopback } from './runner/loopback.ts'
import { makeCertificates } from './runner/make-certificates.ts'
import { reservePort } from './runner/reserve-port.ts'
import {
  type InteropCommand,
  interopCases,
  javaCases,
  runInteropCase,
  startInteropServer,
} from './runner/run-interop.ts'
import type { Scenario } from './runner/scenario.ts'
import { startPushServer } from './runner/start-push-server.ts'
import { startSide } from './runner/start-side.ts'
import { startUpstream } from './runner/start-upstream.ts'
import { temporaryFolder } from './runner/temporary-folder.ts'

const { values } = readArguments({
  options: {
    source: { type: 'boolean', default: false },
    json: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
  },
})

type Tool = {
  readonly name: string
  readonly source: ToolSource
  readonly listener: 'http1' | 'http2'
  /** What it is run with, by what that is about. */
  readonly runs: Readonly<Record<string, (port: number) => readonly string[]>>
  readonly passes: (output: string) => boolean
}

const slow =
  (...mode: string[]) =>
  (port: number) => [...mode, '-c200', '-r100', '-l15', '-p3', '-u', `http://${loopback}:${port}/`]

const h2spec = 'github.com/summerwind/h2spec/cmd/h2spec'
const tools: readonly Tool[] = [
  {
    name: 'h2spec',
    source: { kind: 'go', packages: [`${h2spec}@v2.6.0`, `${h2spec}@v2.2.1+incompatible`], installs: 'h2spec' },
    listener: 'http2',
    runs: { 'RFC 9113': (port) => ['-S', '-h', loopback, '-p', String(port), '-o', '2'] },
    passes: (output) => /, 0 failed/.test(output),
  },
  {
    name: 'h2load',
    source: { kind: 'debian', package: 'nghttp2-client' },
    listener: 'http2',
    runs: { '20000 requests': (port) => ['-n20000', '-c16', '-m16', `http://${loopback}:${port}/`] },
    passes: (output) => output.includes('20000 succeeded, 0 failed, 0 errored, 0 timeout'),
  },
  {
    name: 'slowhttptest',
    source: { kind: 'debian', package: 'slowhttptest' },
    listener: 'http1',
    runs: {
      'slow heads': slow('-H', '-i5'),
      'slow bodies': slow('-B', '-i5', '-s8192', '-t', 'POST'),
      'slow readers': slow('-X', '-n5', '-w512', '-y1024'),
      ranges: slow('-R', '-a10', '-b3000'),
    },
    // The last status counts, and none before it may have been another.
    passes: (output) => /service available:\s+YES/.test(output) && !/service available:\s+NO/.test(output),
  },
]

const grpc = 'google.golang.org/grpc/interop'
const grpcVersion = 'v1.85.0'
/** Listeners in front of the interop server: straight, and through the first one. */
const chain = { 'one proxy': 'grpc1', 'two proxies': 'grpc2', 'two proxies in mutual TLS': 'grpc2s' } as const
const pushedWay = 'two proxies in mutual TLS, configuration pushed every 200 ms'
const grpcJava = { group: 'io.grpc', name: 'grpc-interop-testing', version: '1.79.0' }
const javaWay = 'two proxies in mutual TLS'
const javasAtOnce = 3
const pushIntervalMs = 200
const pushesMin = 25

const options = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
const http2 = {
  typed_extension_protocol_options: {
    [options]: { '@type': `type.googleapis.com/${options}`, explicit_http_config: { http2_protocol_options: {} } },
  },
}
const routes = [{ match: { prefix: '/' }, route: { cluster: '<a>', timeout: '0s' } }]

if (!values.source) buildProxy()
const words = { passed: 'pass   ', failed: 'FAIL   ', skipped: 'missing' } as const

const folder = temporaryFolder('heddle-tools-')
const total = { passed: 0, failed: 0, skipped: 0 }
/** Why something was left out. */
const reasons = new Set<string>()
// With the block the proxy and the upstream end.
{
  await makeCertificates(folder)
  // The interop server listens on all addresses.
  const ports = {
    web: 0,
    interop: await refusingPort(),
    grpc1: reservePort(),
    grpc1s: reservePort(),
    grpc2s: reservePort(),
  }
  await using upstream = await startUpstream('a', 'ok', folder)
  ports.web = upstream.port
  const placed = scenarios(ports).map(([key, scenario, port]) => placedAt(key, scenario, port))
  await using side = await startSide(heddleSide(values.source), (port) => buildBootstrap(placed, port), folder)
  const portOf = (key: string) => side.listenerPorts.get(key) ?? 0
  for (const tool of tools) if (isWanted(tool.name)) await runTool(tool, portOf(tool.listener))
  if (isWanted('grpc')) await runInterop(ports.interop, portOf)
  // Its server takes the place of Go's.
  if (isWanted('grpc-java')) await runJava(ports.interop, portOf)
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ ...total, reasons: [...reasons] })}\n`)
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 ? 1 : 0

function placedAt(key: string, scenario: Scenario, port: number) {
  return { scenario, key, ports: { a: port }, logFile: path.join(folder, 'log'), certificates: folder }
}

function isWanted(name: string): boolean {
  return values.only.length === 0 || values.only.some((each) => name.includes(each))
}

type Ports = { web: number; interop: number; grpc1: number; grpc1s: number; grpc2s: number }

function at(port: number): object {
  return { address: { socket_address: { address: loopback, port_value: port } } }
}

/** As much of a scenario as a bootstrap needs. */
function of(id: string, listener: object, clusters: object = {}): Scenario {
  return { id, listener, clusters, upstreams: { a: 'ok' } } as unknown as Scenario // no step of it is taken
}

/** A listener that a client comes to in plain, and behind it one that wants to know in TLS who it is. */
function mutual({ interop, grpc1s, grpc2s }: Ports, push = 0): [string, Scenario, number][] {
  const required = { ca: 'mesh', certificate: 'server', alpn: ['h2'], context: { require_client_certificate: true } }
  const names = [{ san_type: 'DNS', matcher: { exact: 'test' } }]
  // Another answer and another time with each push: nothing that is sent is as it was.
  const told = { response_headers_to_add: [{ header: { key: 'x-push', value: String(push) } }] }
  const own = { ...http2, connect_timeout: `${(2000 + (push % 100)) / 1000}s` }
  return [
    ['grpc1s', of('grpc1s', { routes, tls: required, listener: at(grpc1s), route_config: told }, { a: own }), interop],
    [
      'grpc2s',
      of(
        'grpc2s',
        { routes, listener: at(grpc2s), route_config: told },
        { a: { ...own, tls: { certificate: 'client', names } } },
      ),
      grpc1s,
    ],
  ]
}

/** Plain listeners before plain upstreams; those of gRPC speak HTTP/2 on both sides and wait as long as a call does. */
function scenarios(ports: Ports): [string, Scenario, number][] {
  const limits = { request_headers_timeout: '5s', request_timeout: '10s' }
  return [
    ['http1', of('http1', { hcm: { codec_type: 'HTTP1', ...limits } }), ports.web],
    ['http2', of('http2', { hcm: { codec_type: 'HTTP2', ...limits } }), ports.web],
    ['grpc1', of('grpc1', { routes, listener: at(ports.grpc1) }, { a: http2 }), ports.interop],
    ['grpc2', of('grpc2', { routes }, { a: http2 }), ports.grpc1],
    ...mutual(ports),
  ]
}

async function runTool({ name, source, runs, passes }: Tool, port: number): Promise<void> {
  const found = findTool(name, source)
  // All ways at once: most of a slow client's time is waiting.
  await Promise.all(
    Object.entries(runs).map(async ([about, argv]) => {
      if ('missing' in found) {
        tell('skipped', `${name}, ${about}`, found.missing)
        return
      }
      const output = await outputOf(found.program, argv(port))
      const isFine = passes(output)
      tell(isFine ? 'passed' : 'failed', `${name}, ${about}`, isFine ? '' : output.split('\n').slice(-40).join('\n'))
    }),
  )
}

/** Not synchronously: the upstream answers from this process. */
function outputOf(program: string, argv: readonly string[]): Promise<string> {
  const limits = { timeout: 180_000, maxBuffer: 64 * 1024 * 1024 }
  return new Promise((resolve) => {
    execFile(program, argv, limits, (_error, stdout, stderr) => resolve(stripVTControlCharacters(`${stdout}${stderr}`)))
  })
}

async function runInterop(serverPort: number, portOf: (key: string) => number): Promise<void> {
  const client = findTool('grpc-interop-client', {
    kind: 'go',
    packages: [`${grpc}/client@${grpcVersion}`],
    installs: 'client',
  })
  const server = findTool('grpc-interop-server', {
    kind: 'go',
    packages: [`${grpc}/server@${grpcVersion}`],
    installs: 'server',
  })
  if ('missing' in client || 'missing' in server) {
    const why = 'missing' in client ? client.missing : 'missing' in server ? server.missing : ''
    for (const way of [...Object.keys(chain), pushedWay]) tell('skipped', `gRPC interop through ${way}`, why)
    return
  }
  await using _running = await startInteropServer([server.program], serverPort)
  for (const [way, key] of Object.entries(chain)) {
    for (const name of interopCases) tellCase(way, name, await runInteropCase([client.program], portOf(key), name))
  }
  await runPushed([client.program], serverPort)
}

function tellCase(way: string, name: string, fault: string | undefined): void {
  tell(fault === undefined ? 'passed' : 'failed', `gRPC interop through ${way}: ${name}`, fault ?? '')
}

/** Another HTTP/2 than Go's on both sides. Most of a case is the start of its Java: several at a time. */
async function runJava(serverPort: number, portOf: (key: string) => number): Promise<void> {
  const jars = findJars(grpcJava)
  if ('missing' in jars) {
    tell('skipped', `grpc-java through ${javaWay}`, jars.missing)
    return
  }
  const java = (name: string): InteropCommand => [
    jars.java,
    '-XX:TieredStopAtLevel=1',
    ...['-cp', jars.classPath, `io.grpc.testing.integration.${name}`],
  ]
  await using _running = await startInteropServer(java('TestServiceServer'), serverPort)
  const left: string[] = [...javaCases]
  const work = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      tellCase(
        `${javaWay}, grpc-java`,
        name,
        await runInteropCase(java('TestServiceClient'), portOf(chain[javaWay]), name),
      )
    }
  }
  await Promise.all(Array.from({ length: javasAtOnce }, work))
}

/** Both proxies get all of their configuration anew, and another one, while calls are under way. */
async function runPushed(client: InteropCommand, interop: number): Promise<void> {
  const ports = { web: 0, interop, grpc1: 0, grpc1s: reservePort(), grpc2s: reservePort() }
  const resources = (push: number) => {
    const placed = mutual(ports, push).map(([key, scenario, port]) => placedAt(key, scenario, port))
    return (buildBootstrap(placed, 0) as { static_resources: { listeners: []; clusters: [] } }).static_resources // as it makes them
  }
  await using pusher = await startPushServer(resources, pushIntervalMs)
  await using _side = await startSide(heddleSide(values.source), (port) => pusher.bootstrap(port), folder)
  // The cases are over between two pushes: they are run again and again, and each must pass every time.
  const faults = new Map<string, string>()
  const until = pusher.pushes + pushesMin
  while (pusher.pushes < until) {
    for (const name of interopCases) {
      const fault = await runInteropCase(client, ports.grpc2s, name)
      if (fault !== undefined) faults.set(name, fault)
    }
  }
  for (const name of interopCases) tellCase(pushedWay, name, faults.get(name))
  const { refusals } = pusher
  tell(refusals.length === 0 ? 'passed' : 'failed', `${pushedWay}: no push is refused`, refusals.join('; '))
}

function tell(mark: keyof typeof total, what: string, why: string): void {
  total[mark]++
  if (mark === 'skipped') reasons.add(`${what}: ${why}`)
  console.log(`  ${words[mark]}  ${what}${why === '' ? '' : `: ${why}`}`)
}
