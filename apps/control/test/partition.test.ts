import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { KeepAliveLoad } from '@heddle/testkit/keep-alive-load'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { service, workload } from '../src/snapshot/example-mesh.fixture.ts'
import { MeshUnderTest, type Sidecar } from './harness/mesh-under-test.ts'
import { NetworkNamespace, type Way } from './harness/network-namespace.ts'

// The network between a sidecar and its control plane drops packets: nobody is told that anything has ended.
/** `HEDDLE_PARTITION_SECONDS=600` keeps the network broken for so long, and breaks it one way too. */
const brokenMs = Number(process.env.HEDDLE_PARTITION_SECONDS ?? 0) * 1000
const detectedMaxMs = 15_000
const reconnectedMaxMs = 10_000

const network = NetworkNamespace.open()
if (typeof network === 'string') console.error(`NOT TESTED: a network that drops packets (${network})`)
const withNetwork = test.skipIf(typeof network === 'string' && process.env.CI !== 'true')

let mesh: MeshUnderTest
let app: Awaited<ReturnType<typeof startUpstream>>
let sidecar: Sidecar
let load: KeepAliveLoad

beforeAll(async () => {
  if (typeof network === 'string') return
  const { outside, inside, within } = network
  app = await startUpstream(() => ({ body: 'charged' }), outside)
  mesh = new MeshUnderTest(
    {
      sequence: 1,
      services: [
        service('shop', 'payments', { app: 'payments' }, [{ name: 'http', port: 8080, targetPort: app.port }]),
        service('shop', 'web', { app: 'web' }),
      ],
      workloads: [workload('shop', 'payments', 'v1', outside, { isProxied: false })],
    },
    'DELTA_GRPC',
    outside,
  )
  await mesh.startControl()
  sidecar = await mesh.startSidecar({
    workload: 'web-v1',
    service: 'web',
    address: inside,
    appPort: app.port,
    host: inside,
    within,
  })
  load = new KeepAliveLoad({
    port: sidecar.outbound,
    host: inside,
    authority: 'payments',
    body: 'charged',
    pauseMs: 20,
  })
})

afterAll(async () => {
  if (typeof network === 'string') return
  await load?.stop()
  await mesh?.[Symbol.asyncDispose]()
  await app?.[Symbol.asyncDispose]()
  network[Symbol.dispose]()
})

const knowsControl = async () => /^control_plane\.connected_state: 1$/m.test(await sidecar.page('/stats'))

async function took(ask: () => boolean | Promise<boolean>, limitMs: number): Promise<number> {
  const start = performance.now()
  await eventually(ask, limitMs)
  return Math.round(performance.now() - start)
}

const ways: readonly (readonly [string, Way])[] = [
  ['neither way', 'both'],
  ['to the control plane', 'to'],
  ['from the control plane', 'from'],
]

withNetwork.each(brokenMs > 0 ? ways : ways.slice(0, 1))(
  'when packets vanish %s, both sides notice within 15 s, traffic goes on, and 10 s after the network is whole the newest revision is there',
  async (_what, way) => {
    if (typeof network === 'string') throw new Error(network)
    network.drop(way, mesh.xdsPort)

    const [sidecarMs, controlMs] = await Promise.all([
      took(async () => !(await knowsControl()), detectedMaxMs * 2),
      took(() => !mesh.connected.has('web-v1'), detectedMaxMs * 2),
    ])
    const revision = mesh.apply('')
    const { ended } = load
    await delay(brokenMs)
    await eventually(() => load.ended > ended + 500)
    network.heal()
    const reconnectedMs = await took(() => mesh.inSync.get('web-v1') === revision, reconnectedMaxMs * 3)

    console.log(JSON.stringify({ way, sidecarMs, controlMs, reconnectedMs, requests: load.ended }))
    expect(load.failures).toEqual([])
    expect(Math.max(sidecarMs, controlMs)).toBeLessThan(detectedMaxMs)
    expect(reconnectedMs).toBeLessThan(reconnectedMaxMs)
  },
  120_000 + brokenMs,
)

withNetwork('with a packet in twenty lost the stream stays, and every revision comes', async () => {
  if (typeof network === 'string') throw new Error(network)
  network.drop('both', mesh.xdsPort, 0.05)
  const slowest: number[] = []

  for (let push = 0; push < 10; push++) {
    const revision = mesh.apply('')
    slowest.push(await took(() => mesh.inSync.get('web-v1') === revision, 20_000))
  }
  network.heal()

  console.log(JSON.stringify({ slowestPushMs: Math.max(...slowest), requests: load.ended }))
  expect(load.failures).toEqual([])
  expect(mesh.connected.has('web-v1')).toBe(true)
})
