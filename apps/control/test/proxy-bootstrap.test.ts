import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'
import { envoy, withEnvoy } from './harness/with-envoy.ts'

// The bootstrap that people are given is one that both proxies start from.
const apps = path.resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(path.join(tmpdir(), 'heddle-bootstrap-'))
let control: TestControl
let token: string

beforeAll(async () => {
  control = await startTestControl()
  await control.as('editor', 'PUT', '/catalog/services/shop/payments', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'payments', namespace: 'shop' },
    spec: {
      selector: { app: 'payments' },
      ports: [
        { name: 'http', port: 80, targetPort: 8080 },
        { name: 'tcp-ledger', port: 5432 },
      ],
    },
  })
  token = (await control.as('viewer', 'POST', '/tokens', { name: 'test', role: 'viewer', expiresInDays: 1 })).body
    .secret
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await control[Symbol.asyncDispose]()
})

type Ended = { readonly status: number | null; readonly stdout: string; readonly stderr: string }

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env } })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (part: Buffer) => {
      stdout += part.toString('utf8')
    })
    child.stderr.on('data', (part: Buffer) => {
      stderr += part.toString('utf8')
    })
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stdout, stderr }))
  })
}

const node = (file: string, args: readonly string[], env?: NodeJS.ProcessEnv) =>
  run(process.execPath, ['--conditions=source', path.join(apps, file), ...args], env)
const heddle = (...args: string[]) =>
  node('cli/src/main.ts', ['proxy-bootstrap', ...args], { HEDDLE_SERVER: control.url, HEDDLE_TOKEN: token })

const payments = ['--service', 'shop/payments', '--instance', 'payments-v2-1', '--address', '10.0.0.7']

function written(text: string): string {
  const file = path.join(folder, 'bootstrap.yaml')
  writeFileSync(file, text)
  return file
}

test('it says of an instance what the service says: labels, ports, protocols', async () => {
  const { status, stdout } = await heddle(...payments, '--label', 'version=v2', '--app-port', '80=9000')

  expect(status).toBe(0)
  expect(parse(stdout).node).toEqual({
    id: 'sidecar~10.0.0.7~payments-v2-1.shop~shop.svc.cluster.local',
    cluster: 'payments.shop',
    locality: { region: 'local', zone: 'a' },
    metadata: {
      NAMESPACE: 'shop',
      WORKLOAD_NAME: 'payments-v2',
      SERVICE: 'payments',
      SERVICE_ACCOUNT: 'default',
      INSTANCE_IPS: ['10.0.0.7'],
      LABELS: { app: 'payments', version: 'v2' },
      OUTBOUND: { address: '127.0.0.1', port: 15_001 },
      TELEMETRY: { cluster: 'heddle-control' },
      RATE_LIMITS: { cluster: 'heddle-rate-limits' },
      INBOUND: [
        { port: 8080, protocol: 'http', app: { address: '127.0.0.1', port: 9000 } },
        { port: 5432, protocol: 'tcp', app: { address: '127.0.0.1', port: 5432 } },
      ],
    },
  })
})

test('a file that is there is checked: one that it printed lacks nothing, and of another it says what', async () => {
  const { stdout } = await heddle(...payments)
  const whole = await heddle('--check', written(stdout))
  const bootstrap = parse(stdout)
  bootstrap.node.metadata.TELEMETRY.cluster = 'nowhere'
  const wrong = await heddle('--check', written(stringify(bootstrap)))
  bootstrap.node.metadata = { NAMESPACE: 'shop' }
  const bare = await heddle('--check', written(stringify(bootstrap)))

  expect(whole.status).toBe(0)
  expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('names nowhere, which is no cluster')])
  expect([bare.status, bare.stderr]).toEqual([1, expect.stringMatching(/no_telemetry: .*no_mesh_limits: /s)])
  expect((await heddle('--check', '/nowhere.yaml')).status).toBe(2)
})

test.each(['DELTA_GRPC', 'GRPC'])('heddle-proxy takes what it prints, api_type %s', async (apiType) => {
  const { stdout } = await heddle(
    ...payments,
    '--api-type',
    apiType,
    '--control',
    'control:15010',
    '--control',
    '[::1]:15010',
  )

  expect(await node('proxy/src/main.ts', ['-c', written(stdout), '--mode', 'validate'])).toMatchObject({ status: 0 })
})

withEnvoy('a real Envoy takes what it prints', async () => {
  const { stdout } = await heddle(...payments)

  expect(await run(envoy ?? '', ['-c', written(stdout), '--mode', 'validate'])).toMatchObject({ status: 0 })
})

test.each([
  [
    'a service that is not there',
    ['--service', 'shop/nobody', '--instance', 'a-1', '--address', '10.0.0.7'],
    5,
    /no service/,
  ],
  ['a label that the service does not select', [...payments, '--label', 'app=web'], 2, /selects app=payments/],
  ['no IP address', ['--service', 'shop/payments', '--instance', 'a-1', '--address', 'localhost'], 2, /no IP address/],
  ['a port that the service does not have', [...payments, '--app-port', '81=9000'], 2, /no port 81/],
  ['one port where there are two', [...payments, '--app-port', '9000'], 2, /several ports/],
  ['no address of a control plane', [...payments, '--control', 'control'], 2, /<host>:<port>/],
])('%s is refused with a line that says so', async (_what, args, status, line) => {
  const ended = await heddle(...args)

  expect(ended.status).toBe(status)
  expect(ended.stdout).toBe('')
  expect(ended.stderr).toMatch(line)
})
