import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isPolicy, type PolicyObject } from '@heddle/shared/model/any-object'
import { parseObject } from '@heddle/shared/model/parse-object'
import { type BootstrapChoices, proxyBootstrap } from '@heddle/shared/xds/proxy-bootstrap'
import { eventually } from '@heddle/testkit/eventually'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { parseAllDocuments } from 'yaml'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { buildSnapshot } from '../../src/snapshot/build-snapshot.ts'
import { service, workload } from '../../src/snapshot/example-mesh.fixture.ts'
import type { MeshConfig } from '../../src/snapshot/mesh-config.ts'
import type { ProxyDescription } from '../../src/snapshot/proxy-description.ts'
import type { AdsEvents } from '../../src/xds/ads-events.ts'
import type { Target } from '../../src/xds/resource-set.ts'
import { startXds, type Xds } from '../../src/xds/start-xds.ts'

const proxy = path.resolve(import.meta.dirname, '../../../proxy')
const fromSource = ['--conditions=source', path.join(proxy, 'src/main.ts')]
/** As it is shipped: it starts in a fraction of the time. */
const asBuilt = [path.join(proxy, 'dist/bundle/main.js')]

/** What a proxy answered, in order. */
export type Answered = {
  readonly workload: string
  readonly kind: 'ack' | 'nack'
  readonly type: string
  readonly reason: string
}

/** A real ADS server over real snapshots, whose policies a test can change, and real sidecar processes. */
export class MeshUnderTest implements AsyncDisposable {
  readonly answered: Answered[] = []
  /** What was sent to whom, in order. */
  readonly sent: { readonly workload: string; readonly type: string }[] = []
  readonly inSync = new Map<string, number>()
  /** Whose streams the control plane takes to be there. */
  readonly connected = new Set<string>()
  /** Changes a target before it is sent: for resources that no policy would make. */
  spoil: (target: Target, proxy: ProxyDescription) => Target = (target) => target
  private config: MeshConfig
  private readonly changed = new Set<() => void>()
  private readonly targets = new Map<string, { config: MeshConfig; spoil: unknown; target: Target }>()
  private readonly sidecars: ChildProcess[] = []
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'heddle-mesh-'))
  private xds: Xds | undefined
  private port = 0

  private readonly apiType: BootstrapChoices['apiType']
  private readonly host: string

  /** `host`: where the control plane listens. */
  constructor(catalog: Catalog, apiType: BootstrapChoices['apiType'] = 'DELTA_GRPC', host = '127.0.0.1') {
    this.apiType = apiType
    this.host = host
    this.config = { revision: 1, policies: [], catalog, now: Date.now() }
  }

  async startControl(): Promise<void> {
    const events: AdsEvents = {
      onConnected: ({ workload: name }) => void this.connected.add(name),
      onDisconnected: ({ workload: name }) => void this.connected.delete(name),
      onSent: ({ workload: name }, type) => void this.sent.push({ workload: name, type }),
      onAck: ({ workload: name }, type) => void this.answered.push({ workload: name, kind: 'ack', type, reason: '' }),
      onNack: ({ workload: name }, type, _revision, reason) =>
        void this.answered.push({ workload: name, kind: 'nack', type, reason }),
      onInSync: ({ workload: name }, revision) => void this.inSync.set(name, revision),
    }
    this.xds = await startXds({
      host: this.host,
      port: this.port,
      events,
      source: {
        targetFor: (proxy) => this.targetFor(proxy),
        onChange: (listener) => {
          this.changed.add(listener)
          return () => this.changed.delete(listener)
        },
      },
    })
    this.port = this.xds.port
  }

  get xdsPort(): number {
    return this.port
  }

  async stopControl(): Promise<void> {
    await this.xds?.[Symbol.asyncDispose]()
    this.xds = undefined
  }

  /** The policies of the next revision, as YAML. */
  apply(yaml: string): number {
    const documents = parseAllDocuments(yaml)
    const objects = (Array.isArray(documents) ? documents : []).flatMap((document) => {
      if (document.contents === null) return []
      const parsed = parseObject(document.toJS())
      if (parsed.kind === 'invalid' || !isPolicy(parsed.object)) throw new Error(JSON.stringify(parsed))
      return [parsed.object]
    })
    return this.applyObjects(objects)
  }

  applyObjects(objects: readonly PolicyObject[]): number {
    const revision = this.config.revision + 1
    const now = Date.now()
    const policies = objects.map((object) => ({ object, revision, createdRevision: revision, activeSince: now }))
    this.config = { ...this.config, revision, policies, now }
    for (const listener of this.changed) listener()
    return revision
  }

  /** Instances and services as they come and go. */
  setCatalog(change: (catalog: Catalog) => Catalog): void {
    this.config = { ...this.config, catalog: change(this.config.catalog) }
    for (const listener of this.changed) listener()
  }

  push(): void {
    this.config = { ...this.config }
    for (const listener of this.changed) listener()
  }

  async startSidecar(instance: Instance): Promise<Sidecar> {
    const [admin, outbound] = await Promise.all([refusingPort(), refusingPort()])
    const file = path.join(this.folder, `${instance.workload}.json`)
    const {
      workload: name,
      service: app,
      address,
      appPort,
      host = '127.0.0.1',
      within = [],
      port = 8080,
      protocol = 'http',
    } = instance
    const bootstrap = proxyBootstrap(
      {
        namespace: 'shop',
        service: app,
        workload: name,
        name: `${name}-1`,
        serviceAccount: app,
        labels: { app, version: 'v1' },
        addresses: [address],
        locality: { region: 'local', zone: 'a' },
        inbound: [{ port, protocol, app: { host: '127.0.0.1', port: appPort } }],
        outbound: { host, port: outbound },
      },
      {
        control: [{ host: this.host, port: this.port }],
        admin: { host: '127.0.0.1', port: admin },
        apiType: this.apiType,
      },
    )
    // The admin port is for its own machine: from another network it is reached by a file.
    const socketPath = path.join(this.folder, `${name}.admin`)
    const isElsewhere = within.length > 0
    writeFileSync(
      file,
      JSON.stringify(isElsewhere ? { ...bootstrap, admin: { address: { pipe: { path: socketPath } } } } : bootstrap),
    )
    const [command = process.execPath, ...before] = [...within, process.execPath]
    const stateFolder = path.join(this.folder, name)
    const start = () => {
      const child = spawn(
        command,
        [
          ...before,
          ...(instance.isBuilt === true ? asBuilt : fromSource),
          '-c',
          file,
          '--state-dir',
          stateFolder,
          '--drain-time-s',
          '5',
        ],
        { stdio: ['ignore', 'ignore', process.env.HEDDLE_TEST_LOGS ? 'inherit' : 'ignore'] },
      )
      this.sidecars.push(child)
      return child
    }
    let child = start()
    const page = (name: string) => read(isElsewhere ? { socketPath } : { port: admin }, name)
    const ready = () =>
      eventually(
        () =>
          page('/healthz/ready').then(
            ({ status }) => status === 200,
            () => false,
          ),
        20_000,
      )
    await ready()
    return {
      admin,
      outbound,
      stateFolder,
      metrics: async () => (await page('/metrics')).text,
      page: async (name) => (await page(name)).text,
      async call(called, target, method = 'GET', fields = 'Connection: close') {
        const wire = `${method} ${target} HTTP/1.1\r\nHost: ${called}\r\nContent-Length: 0\r\n${fields}\r\n\r\n`
        const { status, text } = await rawExchange(outbound, wire, { host })
        return { status, text }
      },
      async restart() {
        child.kill('SIGKILL')
        await new Promise((resolve) => child.once('exit', resolve))
        const started = performance.now()
        child = start()
        await ready()
        return performance.now() - started
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.sidecars) child.kill('SIGKILL')
    await this.stopControl()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private targetFor(proxy: ProxyDescription): Target {
    const known = this.targets.get(proxy.nodeId)
    if (known?.config === this.config && known.spoil === this.spoil) return known.target
    const { revision, sets } = buildSnapshot(this.config, proxy)
    const target = this.spoil({ revision, sets }, proxy)
    this.targets.set(proxy.nodeId, { config: this.config, spoil: this.spoil, target })
    return target
  }
}

export type Sidecar = {
  readonly admin: number
  readonly outbound: number
  /** Where its last good configuration lies. */
  readonly stateFolder: string
  metrics(): Promise<string>
  /** A page of its admin port. */
  page(name: string): Promise<string>
  call(host: string, target: string, method?: string, fields?: string): Promise<{ status: number; text: string }>
  /** Kills it outright and starts it again; how long until it was ready, in ms. */
  restart(): Promise<number>
}

export type Instance = {
  readonly workload: string
  readonly service: string
  readonly address: string
  readonly appPort: number
  /** 8080 and HTTP where nothing else is said. */
  readonly port?: number
  readonly protocol?: 'http' | 'tcp'
  /** Where its outbound listener and its admin port are. */
  readonly host?: string
  /** A command that runs the proxy in another network, with its arguments. */
  readonly within?: readonly string[]
  /** The program as it is shipped, which must have been built; by itself the sources. */
  readonly isBuilt?: boolean
}

function read(
  at: { readonly socketPath: string } | { readonly port: number },
  name: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const asked = get({ ...at, path: name, agent: false }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }))
      answer.on('error', reject)
    })
    asked.on('error', reject)
  })
}

/** The shop's front and its payments, on loopback addresses of this test alone. */
export function twoServices(): { catalog: Catalog; web: string; payments: string } {
  const net = `127.${100 + Math.floor(Math.random() * 100)}.${Math.floor(Math.random() * 200)}`
  const [web, payments] = [`${net}.1`, `${net}.2`] as const
  return {
    web,
    payments,
    catalog: {
      sequence: 1,
      services: [service('shop', 'web', { app: 'web' }), service('shop', 'payments', { app: 'payments' })],
      workloads: [workload('shop', 'web', 'v1', web), workload('shop', 'payments', 'v1', payments)],
    },
  }
}
