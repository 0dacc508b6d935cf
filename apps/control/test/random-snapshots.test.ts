import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { service, workload } from '../src/snapshot/example-mesh.fixture.ts'
import { MeshUnderTest, twoServices } from './harness/mesh-under-test.ts'
import { randomPolicies } from './harness/random-policies.ts'
import { type SidecarOptions, startSidecar } from './harness/start-sidecar.ts'
import { envoy, withEnvoy } from './harness/with-envoy.ts'

// What validation lets through, every proxy must take: a refusal in a rollout is one that a person should have met before.
const count = 50

async function takeAll(options: Pick<SidecarOptions, 'program' | 'apiType'>): Promise<void> {
  const { catalog: two, web, payments } = twoServices()
  const versions = ['v1', 'v2'].map((version) => service('shop', `payments-${version}`, { app: 'payments', version }))
  const catalog = {
    ...two,
    services: [...two.services, ...versions],
    workloads: [...two.workloads, workload('shop', 'payments', 'v2', payments, { isProxied: false })],
  }
  await using app = await startUpstream()
  await using mesh = new MeshUnderTest(catalog)
  await mesh.startControl()
  const start = (name: string, address: string) =>
    startSidecar({ ...options, app: name, address, appPort: app.port, control: `127.0.0.1:${mesh.xdsPort}` })
  await using caller = await start('web', web)
  await using _called = await start('payments', payments)
  const refusals = () => mesh.answered.filter(({ kind }) => kind === 'nack')
  const isTaken = (revision: number) => ['web-v1', 'payments-v1'].every((name) => mesh.inSync.get(name) === revision)

  const seed = Math.floor(Math.random() * 2 ** 31)
  for (const [index, objects] of fc.sample(randomPolicies(catalog), { numRuns: count, seed }).entries()) {
    const revision = mesh.applyObjects(objects)
    await eventually(() => isTaken(revision) || refusals().length > 0)
    expect(refusals(), `seed ${seed}, snapshot ${index}: ${JSON.stringify(objects)}`).toEqual([])
  }
  const last = mesh.applyObjects([])
  await eventually(() => isTaken(last))

  expect((await caller.call('payments', '/')).status).toBe(200)
}

withEnvoy.each(['DELTA_GRPC', 'GRPC'] as const)(
  'fifty random valid snapshots are all acknowledged by a real Envoy, api_type %s',
  (apiType) => takeAll({ program: { envoy: envoy ?? '' }, apiType }),
  120_000,
)

test(
  'fifty random valid snapshots are all acknowledged by heddle-proxy',
  () => takeAll({ program: 'heddle-proxy' }),
  120_000,
)
