import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eventually } from '@heddle/testkit/eventually'
import { expect, test } from 'vitest'
import { address, cluster, httpListener, route } from './harness/mesh.ts'
import { ads, bootstrapOf, onEachSide, own, page, type Side, startOurs } from './harness/over-xds.ts'
import { withEnvoy } from './harness/start-envoy.ts'
import { startXdsServer } from './harness/xds-server.ts'

// What `/ready` says of a proxy that starts. Envoys are begun with once they say that they are ready.

type Json = Record<string, unknown>

withEnvoy('who has no listener and asks nobody for one is ready, as in Envoy', async () => {
  const { ours, envoys } = await onEachSide(async (start) => {
    await using side = await start({ node: { id: 'test', cluster: 'test.default' } })
    return await ready(side)
  })

  expect(ours).toBe('200 LIVE')
  expect(ours).toEqual(envoys)
})

withEnvoy.each([
  ['ADS', ads],
  ['a stream of its own', own('GRPC')],
])('who is told over %s that there is no listener is ready, as in Envoy', async (_, source) => {
  const { ours, envoys } = await onEachSide(async (start) => {
    await using control = await startXdsServer()
    control.set('Cluster', [])
    control.set('Listener', [])
    await using side = await start(bootstrapOf(control, source, 'GRPC'))
    await isReady(side)
    return await ready(side)
  })

  expect(ours).toBe('200 LIVE')
  expect(ours).toEqual(envoys)
})

withEnvoy('a file that says that there is no listener is an answer, as in Envoy', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-ready-'))
  const file = path.join(folder, 'listeners.json')
  writeFileSync(file, JSON.stringify({ version_info: '1', resources: [] }))
  const lds_config = { path_config_source: { path: file }, resource_api_version: 'V3' }
  try {
    const { ours, envoys } = await onEachSide(async (start) => {
      await using side = await start({
        node: { id: 'test', cluster: 'test.default' },
        dynamic_resources: { lds_config },
      })
      return await ready(side)
    })

    expect(ours).toBe('200 LIVE')
    expect(ours).toEqual(envoys)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test.each([
  ['Cluster', 'the first list of clusters has not come'],
  ['Listener', 'the first list of listeners has not come'],
] as const)('listeners of its own do not make it ready before the first list has come (%s)', async (late, reason) => {
  await using control = await startXdsServer()
  if (late === 'Listener') control.set('Cluster', [])
  else control.set('Listener', [])
  await using side = await startOurs(withListener(bootstrapOf(control, ads, 'GRPC')))
  await eventually(async () => (await ready(side)) === `503 ${reason}`)

  control.set(late, [])

  await isReady(side)
})

test('listeners of its own make it ready when the time for the first lists is over', async () => {
  await using control = await startXdsServer()
  const source = { ...ads, initial_fetch_timeout: '0.2s' }

  await using side = await startOurs(withListener(bootstrapOf(control, source, 'GRPC')))

  await isReady(side)
})

/** Traffic that is led to it would find nobody; an Envoy says yes. */
test('who has no listener is not ready before something came that could be taken', async () => {
  await using control = await startXdsServer()
  await using side = await startOurs(bootstrapOf(control, { ...ads, initial_fetch_timeout: '0.2s' }, 'GRPC'))
  await eventually(async () => (await ready(side)) === '503 no listener is configured yet')

  control.set('Listener', [{ name: 'in' }])
  await eventually(() => control.said.some(({ error }) => error !== undefined))
  const refused = await ready(side)
  control.set('Listener', [])

  await isReady(side)
  expect(refused).toBe('503 no listener is configured yet')
})

function withListener(json: Json): Json {
  const { clusters } = json.static_resources as { clusters: Json[] }
  const up = cluster('up', [1])
  return {
    ...json,
    static_resources: { listeners: [httpListener([route('up')])], clusters: [...clusters, up] },
    admin: { address: address(0) },
  }
}

async function ready({ adminPort }: Side): Promise<string> {
  const answer = await page(adminPort, '/ready')
  return `${answer.status} ${(await answer.text()).trim()}`
}

function isReady(side: Side): Promise<void> {
  return eventually(async () => (await ready(side)) === '200 LIVE')
}
