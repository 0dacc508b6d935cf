import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type ProxyInstance, proxyBootstrap } from '@heddle/shared/xds/proxy-bootstrap'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'

const proxyMain = path.resolve(import.meta.dirname, '../../../proxy/src/main.ts')

export type SidecarOptions = {
  /** The program: a real Envoy, or our own proxy. */
  readonly program: { readonly envoy: string } | 'heddle-proxy'
  readonly app: string
  readonly version?: string
  readonly address: string
  /** Where the workload listens; undefined: a workload that only calls. */
  readonly appPort?: number
  readonly control: string
  readonly apiType?: 'DELTA_GRPC' | 'GRPC'
  /** False: without the layered_runtime of the bootstrap, so that Envoy's own limits hold. */
  readonly hasRuntime?: boolean
  /** Proxies that cannot come up are not waited for. */
  readonly waits?: boolean
}

export type SidecarAnswer = { readonly status: number; readonly body: string; readonly headers: NodeJS.Dict<unknown> }

export type SidecarProcess = AsyncDisposable & {
  readonly id: string
  readonly admin: number
  readonly outbound: number
  /** As the workload calls: over a kept-alive connection to the outbound listener, naming the service. */
  call(host: string, target: string, headers?: Record<string, string>): Promise<SidecarAnswer>
  /** Envoy's counters and gauges of these names. */
  stats(...names: string[]): Promise<Record<string, number>>
  log(): string
}

/** A real proxy process beside an instance, from the bootstrap that users are given. */
export async function startSidecar(options: SidecarOptions): Promise<SidecarProcess> {
  const { app, version = 'v1', address, appPort, program, control, apiType = 'DELTA_GRPC' } = options
  const [admin, outbound] = await Promise.all([refusingPort(), refusingPort()])
  const [host = '', port = ''] = control.split(':')
  const instance: ProxyInstance = {
    namespace: 'shop',
    service: app,
    workload: `${app}-${version}`,
    name: `${app}-${version}-1`,
    serviceAccount: app,
    labels: { app, version },
    addresses: [address],
    locality: { region: 'local', zone: 'a' },
    inbound: appPort === undefined ? [] : [{ port: 8080, protocol: 'http', app: { host: '127.0.0.1', port: appPort } }],
    outbound: { host: '127.0.0.1', port: outbound },
  }
  const { layered_runtime, ...bare } = proxyBootstrap(instance, {
    control: [{ host, port: Number(port) }],
    admin: { host: '127.0.0.1', port: admin },
    apiType,
  })
  const bootstrap = options.hasRuntime === false ? bare : { ...bare, layered_runtime }
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-sidecar-'))
  const file = path.join(folder, 'bootstrap.json')
  writeFileSync(file, JSON.stringify(bootstrap))
  const [command, args] =
    program === 'heddle-proxy'
      ? [process.execPath, ['--conditions=source', proxyMain, '-c', file, '--state-dir', path.join(folder, 'state')]]
      : [program.envoy, ['-c', file, '--concurrency', '1', '--use-dynamic-base-id', '-l', 'info']]
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.on('data', (part: Buffer) => {
    log = (log + part.toString('utf8')).slice(-200_000)
    if (process.env.HEDDLE_TEST_LOGS) process.stderr.write(part)
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const agent = new Agent({ keepAlive: true })
  const stop = async () => {
    agent.destroy()
    child.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
  const sidecar: SidecarProcess = {
    id: `sidecar~${address}~${instance.name}.shop~shop.svc.cluster.local`,
    admin,
    outbound,
    call: (service, target, headers = {}) => send(agent, outbound, target, { ...headers, host: service }),
    stats: (...names) => readStats(admin, names),
    log: () => log,
    [Symbol.asyncDispose]: stop,
  }
  if (options.waits === false) return sidecar
  const page = program === 'heddle-proxy' ? '/healthz/ready' : '/ready'
  await untilReady(admin, page, child, () => log).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return sidecar
}

async function untilReady(admin: number, page: string, child: ChildProcess, log: () => string): Promise<void> {
  await eventually(() => {
    if (child.exitCode !== null) throw new Error(`the proxy ended:\n${log()}`)
    return fetch(`http://127.0.0.1:${admin}${page}`).then(
      ({ ok }) => ok,
      () => false,
    )
  })
}

function send(agent: Agent, port: number, target: string, headers: Record<string, string>): Promise<SidecarAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, host: '127.0.0.1', port, path: target, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString('utf8'),
        }),
      )
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

async function readStats(admin: number, names: readonly string[]): Promise<Record<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${admin}/stats`)).text()
  const all = new Map(text.split('\n').map((line) => line.split(': ', 2) as [string, string]))
  return Object.fromEntries(names.map((name) => [name, Number(all.get(name) ?? 0)]))
}
