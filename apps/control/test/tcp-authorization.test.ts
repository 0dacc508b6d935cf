import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { service, workload } from '../src/snapshot/example-mesh.fixture.ts'
import { MeshUnderTest, type Sidecar, twoServices } from './harness/mesh-under-test.ts'

// AuthorizationPolicy on a TCP port: real snapshots over a real ADS server to a real sidecar before a server that speaks first.

const port = 5432
const greeting = 'ledger ready\n'
const server = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.write(greeting)
  socket.pipe(socket)
})
let mesh: MeshUnderTest
let sidecar: Sidecar
let web: string
let other: string
let ledger: string

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { catalog, web: webAddress, payments } = twoServices()
  web = webAddress
  other = payments
  ledger = webAddress.replace(/\.1$/, '.3')
  mesh = new MeshUnderTest({
    ...catalog,
    services: [...catalog.services, service('shop', 'ledger', { app: 'ledger' }, [{ name: 'tcp-ledger', port }])],
    workloads: [...catalog.workloads, workload('shop', 'ledger', 'v1', ledger)],
  })
  await mesh.startControl()
  sidecar = await mesh.startSidecar({
    workload: 'ledger-v1',
    service: 'ledger',
    address: ledger,
    appPort: (server.address() as AddressInfo).port,
    port,
    protocol: 'tcp',
  })
})

afterAll(async () => {
  await mesh[Symbol.asyncDispose]()
  server.close()
})

async function roll(yaml: string): Promise<void> {
  const revision = mesh.apply(yaml)
  await eventually(() => mesh.inSync.get('ledger-v1') === revision)
}

const policy = (spec: string) => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: callers, namespace: shop }
spec: { selector: { matchLabels: { app: ledger } }, ${spec} }
`

function dial(from: string): { readonly socket: Socket; text: string; isClosed: boolean } {
  const socket = connect({ host: ledger, port, localAddress: from })
  const seen = { socket, text: '', isClosed: false }
  socket.on('error', () => undefined)
  socket.on('data', (part) => {
    seen.text += part.toString('latin1')
  })
  socket.on('close', () => {
    seen.isClosed = true
  })
  return seen
}

/** What a caller reads before it is cut off, or when its own bytes have come back. */
async function ask(from: string): Promise<string> {
  const seen = dial(from)
  seen.socket.write('hello')
  await eventually(() => seen.isClosed || seen.text.endsWith('hello'))
  seen.socket.destroy()
  return seen.text
}

test('whoever a rule names is served, and another does not read a byte of the server', async () => {
  await roll(policy('action: ALLOW, rules: [{ from: [{ source: { serviceAccounts: [shop/web] } }] }]'))

  expect(await ask(web)).toBe(`${greeting}hello`)
  expect(await ask(other)).toBe('')
})

test('a DENY rule comes before whoever is allowed, and its name stands in the metrics', async () => {
  await roll(policy('action: DENY, rules: [{}, { from: [{ source: { ipBlocks: [192.0.2.1] } }] }]'))

  expect(await ask(web)).toBe('')
  expect(await sidecar.metrics()).toMatch(
    /istio_tcp_connections_opened_total\{[^}]*matched_policy="ns\[shop\]-policy\[callers\]-rule\[0\]"/,
  )
})

test('an ALLOW rule about requests lets nobody connect', async () => {
  await roll(policy('action: ALLOW, rules: [{ to: [{ operation: { methods: [GET] } }] }]'))

  expect(await ask(web)).toBe('')
})

test('a DENY rule about requests denies the callers that it names', async () => {
  await roll(
    policy(
      'action: DENY, rules: [{ from: [{ source: { serviceAccounts: [shop/payments] } }], to: [{ operation: { methods: [GET] } }] }]',
    ),
  )

  expect(await ask(web)).toBe(`${greeting}hello`)
  expect(await ask(other)).toBe('')
})

test('a new policy ends the open connection of whom it denies, and of nobody else', async () => {
  await roll('')
  const [kept, cut] = [dial(web), dial(other)]
  await eventually(() => kept.text === greeting && cut.text === greeting)

  await roll(policy('action: ALLOW, rules: [{ from: [{ source: { serviceAccounts: [shop/web] } }] }]'))
  await eventually(() => cut.isClosed)
  kept.socket.write('still here')
  await eventually(() => kept.text.endsWith('still here'))

  expect(kept.isClosed).toBe(false)
  kept.socket.destroy()
})
