import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { cluster, httpListener, route } from './harness/mesh.ts'
import {
  ads,
  bootstrapOf,
  forms,
  listeningAt,
  onEachSide,
  own,
  type Side,
  startOurs,
  statsOf,
} from './harness/over-xds.ts'
import { withEnvoy } from './harness/start-envoy.ts'
import { startXdsServer, type XdsServer } from './harness/xds-server.ts'

type Json = Record<string, unknown>

const share = { default_value: { numerator: 0 }, runtime_key: 'share' }
const marked = { response_headers_to_add: [{ header: { key: 'x-share', value: 'yes' } }] }

/** Layers of the runtime from `sources`, by their names; listeners and clusters stand in the file. */
function bootstrapFor(
  control: XdsServer,
  upstreamPort: number,
  sources: Record<string, Json>,
  adsForm = forms[0],
): Json {
  const { static_resources, ...rest } = bootstrapOf(control, ads, adsForm) as { static_resources: { clusters: Json[] } }
  const routes = [route('up', {}, { prefix: '/', runtime_fraction: share }, marked), route('up')]
  const layers = Object.entries(sources).map(([name, rtds_config]) => ({ name, rtds_layer: { name, rtds_config } }))
  return {
    ...rest,
    static_resources: {
      listeners: [httpListener(routes)],
      clusters: [...static_resources.clusters, cluster('up', [upstreamPort])],
    },
    layered_runtime: { layers },
  }
}

withEnvoy.each(forms)(
  'layers come over ADS and over streams of their own, and change, as in Envoy (%s)',
  async (form) => {
    await using upstream = await startUpstream()
    const { ours, envoys } = await onEachSide(async (start) => {
      await using control = await startControl()
      control.set('Runtime', [layer('flags', { share: 100 }), layer('over', { other: { nested: 'yes' } })])
      await using side = await start(bootstrapFor(control, upstream.port, { flags: ads, over: own(form) }, form))
      await saysOf(side, 'share', '100')
      await saysOf(side, 'other.nested', 'yes')
      const seen: unknown[] = [await ask(side)]
      control.set('Runtime', [layer('flags', { share: 100 }), layer('over', { share: { numerator: 0 } })])
      await saysOf(side, 'other.nested', undefined)
      seen.push(await ask(side))
      control.set('Runtime', [layer('flags', { share: 0 }), layer('over', {})])
      await saysOf(side, 'share', '0')
      const { layers } = await runtimeOf(side)
      return [...seen, await ask(side), layers]
    })

    expect(ours).toEqual(['200 x-share', '200', '200', ['flags', 'over']])
    expect(ours).toEqual(envoys)
  },
)

withEnvoy.each(forms)('no listener begins before each layer has been told of once, as in Envoy (%s)', async (form) => {
  await using upstream = await startUpstream()
  const { ours, envoys } = await onEachSide(async (start) => {
    await using control = await startControl()
    control.set('Runtime', [layer('over', { other: 1 })])
    const starting = start(bootstrapFor(control, upstream.port, { flags: ads, over: own(form) }, form))
    await eventually(() => control.said.some(({ kind, names }) => kind === 'Runtime' && names.includes('flags')))
    control.set('Runtime', [layer('over', { other: 1 }), layer('flags', { share: 100 })])
    await using side = await starting
    return await ask(side)
  })

  expect(ours).toBe('200 x-share')
  expect(ours).toEqual(envoys)
})

test('until then it says so', async () => {
  await using control = await startControl()
  await using side = await startOurs(bootstrapFor(control, 1, { flags: ads }))
  await eventually(() => control.said.some(({ kind }) => kind === 'Listener'))

  expect(await readyOf(side)).toBe('503 layers of the runtime have not come')
  expect(await (await fetch(`http://127.0.0.1:${side.adminPort}/listeners`)).text()).toBe('')

  control.set('Runtime', [layer('flags', {})])
  await listeningAt(side)
  await eventually(async () => (await readyOf(side)) === '200 LIVE')
})

withEnvoy('a layer that never comes is waited for as long as it says, as in Envoy', async () => {
  await using upstream = await startUpstream()
  const { ours, envoys } = await onEachSide(async (start) => {
    await using control = await startControl()
    const soon = { ...ads, initial_fetch_timeout: '0.2s' }
    await using side = await start(bootstrapFor(control, upstream.port, { flags: soon }))
    return await ask(side)
  })

  expect(ours).toBe('200')
  expect(ours).toEqual(envoys)
})

test('a layer that is refused is not waited for', async () => {
  await using upstream = await startUpstream()
  await using control = await startControl()
  control.set('Runtime', [layer('flags', { upstream: { use_retries: 0 } })])

  await using side = await startOurs(bootstrapFor(control, upstream.port, { flags: ads }))

  expect(await ask(side)).toBe('200')
})

test('a layer with a key that moves nothing is refused, and what it said last goes on', async () => {
  await using upstream = await startUpstream()
  await using control = await startControl()
  control.set('Runtime', [layer('flags', { share: 100 })])
  await using side = await startOurs(bootstrapFor(control, upstream.port, { flags: ads }))
  await saysOf(side, 'share', '100')

  control.set('Runtime', [layer('flags', { share: 0, upstream: { use_retries: 0 } })])
  await eventually(() => control.said.some(({ error }) => error?.includes('upstream.use_retries') === true))

  expect(control.said.find(({ error }) => error !== undefined)?.error).toBe(
    'flags: layer["upstream.use_retries"]: not supported yet',
  )
  expect(await ask(side)).toBe('200 x-share')
})

withEnvoy('a layer comes out of a file that is swapped, as in Envoy', async () => {
  await using upstream = await startUpstream()
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-rtds-'))
  const file = path.join(folder, 'flags.json')
  const put = (version: string, values: Json) => {
    const resource = { '@type': 'type.googleapis.com/envoy.service.runtime.v3.Runtime', ...layer('flags', values) }
    writeFileSync(`${file}.new`, JSON.stringify({ version_info: version, resources: [resource] }))
    renameSync(`${file}.new`, file)
  }
  try {
    const { ours, envoys } = await onEachSide(async (start) => {
      await using control = await startControl()
      put('1', { share: 100 })
      const source = { path_config_source: { path: file }, resource_api_version: 'V3' }
      await using side = await start(bootstrapFor(control, upstream.port, { flags: source }))
      await saysOf(side, 'share', '100')
      const before = await ask(side)
      put('2', { share: 0 })
      await saysOf(side, 'share', '0')
      // Counted when the whole update is done, a moment after it acts.
      await eventually(async () => (await statsOf(side)).includes('runtime.version_text: "2"'))
      const counted = (await statsOf(side)).filter((line) =>
        /^runtime\.(load|num|version_text|update_(?!time|duration))/.test(line),
      )
      return { before, after: await ask(side), counted: counted.sort() }
    })

    expect(ours).toMatchObject({ before: '200 x-share', after: '200' })
    expect(ours).toEqual(envoys)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

/** It has nothing else to say, and says so. */
async function startControl(): Promise<XdsServer> {
  const control = await startXdsServer()
  control.set('Cluster', [])
  control.set('Listener', [])
  return control
}

function layer(name: string, values: Json): Json {
  return { name, layer: values }
}

type Runtime = {
  readonly layers: readonly string[]
  readonly entries: Readonly<Record<string, { final_value: string }>>
}

async function runtimeOf({ adminPort }: Side): Promise<Runtime> {
  return (await (await fetch(`http://127.0.0.1:${adminPort}/runtime`)).json()) as Runtime
}

function saysOf(side: Side, key: string, value: string | undefined): Promise<void> {
  return eventually(async () => (await runtimeOf(side)).entries[key]?.final_value === value)
}

async function readyOf({ adminPort }: Side): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${adminPort}/ready`)
  return `${answer.status} ${(await answer.text()).trim()}`
}

async function ask(side: Side): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${await listeningAt(side)}/`)
  await answer.arrayBuffer()
  return `${answer.status}${answer.headers.has('x-share') ? ' x-share' : ''}`
}
