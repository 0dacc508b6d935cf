import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { eventually } from '@heddle/testkit/eventually'
import { KeepAliveLoad, percentile } from '@heddle/testkit/keep-alive-load'
import { startUpstream, type Upstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { workload } from '../src/snapshot/example-mesh.fixture.ts'
import { MeshUnderTest, type Sidecar, twoServices } from './harness/mesh-under-test.ts'

/** `HEDDLE_RESTART_ROUNDS=50`, with the program as it is built, holds the times too. */
const rounds = Number(process.env.HEDDLE_RESTART_ROUNDS ?? 2)
const isTimed = rounds > 3
const readyMaxMs = 2000
const listeningMaxMs = 1000

let mesh: MeshUnderTest
/** One behind each instance of payments. */
let apps: Upstream[]
let web: Sidecar
let payments: Sidecar

const retries = (path: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments, port: 8080 }]
  rules:
    - matches: [{ path: { type: PathPrefix, value: ${path} } }]
      backendRefs: [{ name: payments, port: 8080 }]
      retry: { codes: [503], attempts: 3 }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec:
  host: payments
  trafficPolicy: { outlierDetection: { interval: 1s, baseEjectionTime: 100ms } }
`

beforeAll(async () => {
  // In one piece: an answer that has begun cannot be asked for again.
  const answer = { body: 'charged', headers: { 'content-length': '7' } }
  apps = await Promise.all([1, 2].map(() => startUpstream(() => answer)))
  const { catalog, web: webAddress, payments: address } = twoServices()
  const second = address.replace(/\d+$/, '3')
  mesh = new MeshUnderTest({
    ...catalog,
    workloads: [...catalog.workloads, workload('shop', 'payments', 'v1', second)],
  })
  await mesh.startControl()
  const start = (name: string, of: string, at: string, app = apps[0]) =>
    mesh.startSidecar({ workload: name, service: of, address: at, appPort: app?.port ?? 0, isBuilt: isTimed })
  web = await start('web-v1', 'web', webAddress)
  payments = await start('payments-v1', 'payments', address)
  await start('payments-v2', 'payments', second, apps[1])
  await roll(retries('/'))
})

afterAll(async () => {
  await mesh[Symbol.asyncDispose]()
  for (const app of apps) await app[Symbol.asyncDispose]()
})

async function roll(yaml: string): Promise<void> {
  const revision = mesh.apply(yaml)
  const names = ['web-v1', 'payments-v1', 'payments-v2']
  await eventually(() => names.every((name) => mesh.inSync.get(name) === revision))
}

/** What a sidecar runs, whenever it came to run it. */
async function configHash(sidecar: Sidecar): Promise<string> {
  const dump = JSON.parse(await sidecar.page('/config_dump'), (key, value) =>
    key === 'last_updated' ? undefined : value,
  )
  return createHash('sha256').update(JSON.stringify(dump)).digest('hex')
}

test(
  `an instance killed ${rounds} times under load comes back at once, and retries hide every kill from those who GET`,
  async () => {
    await using load = new KeepAliveLoad({
      port: web.outbound,
      authority: 'payments',
      body: 'charged',
      // As many retries at once as the budget of a small cluster lets through.
      connections: 3,
      pauseMs: 5,
    })
    const tookMs: number[] = []

    for (let round = 0; round < rounds; round++) {
      // It takes its part again: what was ejected is back.
      const { length } = apps[0]?.seen ?? []
      await eventually(() => (apps[0]?.seen.length ?? 0) > length + 20)
      tookMs.push(await payments.restart())
    }
    await load.stop()

    console.log(JSON.stringify({ kills: rounds, requests: load.ended, p99Ms: Math.round(percentile(tookMs, 0.99)) }))
    expect(load.failures).toEqual([])
    if (isTimed) expect(percentile(tookMs, 0.99)).toBeLessThan(listeningMaxMs)
  },
  60_000 + rounds * 20_000,
)

test(
  `without a control plane a killed sidecar runs the same configuration from its disk, ${rounds} times`,
  async () => {
    await roll(retries('/before'))
    await roll(retries('/'))
    await mesh.stopControl()
    const before = await Promise.all([web, payments].map(configHash))
    const tookMs: number[] = []
    const seen = new Set<string>()

    for (let round = 0; round < rounds; round++) {
      tookMs.push(await web.restart(), await payments.restart())
      seen.add((await Promise.all([web, payments].map(configHash))).join())
      expect((await web.call('payments', '/')).status).toBe(200)
    }

    console.log(JSON.stringify({ rounds, slowestMs: Math.round(Math.max(...tookMs)) }))
    expect([...seen]).toEqual([before.join()])
    if (isTimed) expect(Math.max(...tookMs)).toBeLessThan(readyMaxMs)
  },
  60_000 + rounds * 40_000,
)

const spoilt = [
  ['tampered with', (text: string) => text.replace(/"savedAt":"20/, '"savedAt":"21')],
  ['cut short', (text: string) => text.slice(0, text.length / 2)],
  ['emptied', () => ''],
] as const

// Still without a control plane.
test.each(spoilt)('a sidecar whose stored configuration was %s starts with the one before', async (_what, spoil) => {
  const file = path.join(web.stateFolder, 'last-good.json')
  const text = readFileSync(file, 'utf8')

  writeFileSync(file, spoil(text))
  await web.restart()
  const dump = await web.page('/config_dump')
  writeFileSync(file, text)

  expect(dump).toContain('"/before"')
})
