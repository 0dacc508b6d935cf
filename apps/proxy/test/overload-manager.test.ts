import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { address, bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

type Json = Record<string, unknown>
type Side = { readonly adminPort: number; readonly port: number }

const monitors = 'type.googleapis.com/envoy.extensions.resource_monitors'
const heapOf = (bytes: number): Json => ({
  name: 'envoy.resource_monitors.fixed_heap',
  typed_config: { '@type': `${monitors}.fixed_heap.v3.FixedHeapConfig`, max_heap_size_bytes: bytes },
})
const pressureIn = (file: string): Json => ({
  name: 'envoy.resource_monitors.injected_resource',
  typed_config: { '@type': `${monitors}.injected_resource.v3.InjectedResourceConfig`, filename: file },
})
const connectionsOf = (most: number): Json => ({
  name: 'envoy.resource_monitors.global_downstream_max_connections',
  typed_config: {
    '@type': `${monitors}.downstream_connections.v3.DownstreamConnectionsConfig`,
    max_active_downstream_connections: most,
  },
})
const action = (name: string, monitor: Json, trigger: Json): Json => ({
  name: `envoy.overload_actions.${name}`,
  triggers: [{ name: monitor.name, ...trigger }],
})
const above = (value: number): Json => ({ threshold: { value } })

withEnvoy('a process over its heap refuses requests as Envoy does, and says so in its statistics', async () => {
  const heap = heapOf(1)
  await onBoth(
    { resource_monitors: [heap], actions: [action('stop_accepting_requests', heap, above(0.9))] },
    async (side) => {
      await statIs(side, 'overload.envoy.overload_actions.stop_accepting_requests.active', 1)
      const { status, body } = await ask(side.port)

      return {
        status,
        body,
        share: await stat(side, 'overload.envoy.overload_actions.stop_accepting_requests.scale_percent'),
        refused: await stat(side, 'http.in.downstream_rq_overload_close'),
      }
    },
  ).then(([ours, envoys]) => {
    expect(ours).toMatchObject({ status: '503', body: 'envoy overloaded', share: 100 })
    expect(ours).toEqual(envoys)
  })
})

withEnvoy(
  'the pressure that stands in a file ends connections with their answer, then cuts them off, then nothing',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'heddle-pressure-'))
    const file = path.join(folder, 'pressure')
    const pressure = pressureIn(file)
    try {
      const [ours, envoys] = await onBoth(
        {
          resource_monitors: [pressure],
          actions: [
            action('disable_http_keepalive', pressure, above(0.5)),
            action('reject_incoming_connections', pressure, above(0.9)),
          ],
        },
        async (side) => {
          const seen: unknown[] = []
          for (const [value, keepAlive, rejects] of [
            ['0.6', 1, 0],
            ['0.95', 1, 1],
            ['0.1', 0, 0],
          ] as const) {
            put(file, value)
            await statIs(side, 'overload.envoy.overload_actions.disable_http_keepalive.active', keepAlive)
            await statIs(side, 'overload.envoy.overload_actions.reject_incoming_connections.active', rejects)
            seen.push(await ask(side.port))
          }
          return seen
        },
        () => put(file, '0.1'),
      )

      expect(ours).toEqual([
        { status: '200', body: 'ok', connection: 'close' },
        { status: '', body: '', connection: '' },
        { status: '200', body: 'ok', connection: '' },
      ])
      expect(ours).toEqual(envoys)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

const runtime = (layer: Json): Json => ({ layered_runtime: { layers: [{ name: 'a', static_layer: layer }] } })

withEnvoy('one connection more than all listeners may have together is cut off', async () => {
  const [ours, envoys] = await onBothWith({ overload_manager: { resource_monitors: [connectionsOf(2)] } }, oneMore)

  expect(ours).toEqual({ third: '', all: 1, one: 0, later: '200' })
  expect(ours).toEqual(envoys)
})

withEnvoy('a listener that ignores what all may have together takes one connection more', async () => {
  const limit = { overload_manager: { resource_monitors: [connectionsOf(2)] } }
  const [ours, envoys] = await onBothWith(limit, oneMore, undefined, { ignore_global_conn_limit: true })

  expect(ours).toEqual({ third: '200', all: 0, one: 0, later: '200' })
  expect(ours).toEqual(envoys)
})

withEnvoy.each(['stop_accepting_requests', 'disable_http_keepalive', 'reject_incoming_connections'])(
  'a listener that bypasses the overload manager serves on under %s',
  async (name) => {
    const heap = heapOf(1)
    const overload_manager = {
      refresh_interval: '0.05s',
      resource_monitors: [heap],
      actions: [action(name, heap, above(0.9))],
    }
    const look = async (side: Side) => {
      await statIs(side, `overload.envoy.overload_actions.${name}.active`, 1)
      return ask(side.port)
    }
    const [ours, envoys] = await onBothWith({ overload_manager }, look, undefined, { bypass_overload_manager: true })

    expect(ours).toEqual({ status: '200', body: 'ok', connection: '' })
    expect(ours).toEqual(envoys)
  },
)

withEnvoy('one connection more than one listener may have is cut off', async () => {
  const limit = { envoy: { resource_limits: { listener: { in: { connection_limit: 2 } } } } }
  const [ours, envoys] = await onBothWith(runtime(limit), oneMore)

  expect(ours).toEqual({ third: '', all: 0, one: 1, later: '200' })
  expect(ours).toEqual(envoys)
})

test.each(['junk', '-5', '1e99', 'NaN', ''])('a pressure of "%s" is none: the last one stands', async (text) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-pressure-'))
  const file = path.join(folder, 'pressure')
  const pressure = pressureIn(file)
  put(file, '0.2')
  try {
    await using upstream = await startUpstream(answerOk)
    await using ours = await startWholeProxy({
      ...meshOf(upstream.port),
      overload_manager: {
        refresh_interval: '0.01s',
        resource_monitors: [pressure],
        actions: [action('stop_accepting_requests', pressure, above(0.9))],
      },
      admin: { address: address(0) },
    })
    const monitor = `overload.${String(pressure.name)}`
    await statIs(ours, `${monitor}.pressure`, 20)
    put(file, text)
    await eventually(async () => (await stat(ours, `${monitor}.failed_updates`)) > 1)

    expect(await stat(ours, `${monitor}.pressure`)).toBe(20)
    expect((await ask(ours.port)).status).toBe('200')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

// In an Envoy those that ask its admin port count too.
test('one connection more than the runtime allows all listeners together is cut off', async () => {
  await using upstream = await startUpstream(answerOk)
  await using ours = await startWholeProxy({
    ...meshOf(upstream.port),
    ...runtime({ overload: { global_downstream_max_connections: 2 } }),
    admin: { address: address(0) },
  })

  expect(await oneMore(ours)).toEqual({ third: '', all: 1, one: 0, later: '200' })
})

/** Opens two connections, and a third one; then, when they are closed, one more. */
async function oneMore(side: Side): Promise<Json> {
  const listener = 'listener.127.0.0.1_0'
  const open = [connect(side.port, '127.0.0.1'), connect(side.port, '127.0.0.1')]
  await statIs(side, `${listener}.downstream_cx_active`, 2)
  const third = await ask(side.port)
  const all = await stat(side, `${listener}.downstream_global_cx_overflow`)
  const one = await stat(side, `${listener}.downstream_cx_overflow`)
  for (const socket of open) socket.destroy()
  await statIs(side, `${listener}.downstream_cx_active`, 0)
  return { third: third.status, all, one, later: (await ask(side.port)).status }
}

const answerOk = () => ({ body: 'ok', headers: { 'content-length': '2' } })
const meshOf = (port: number, listener: Json = {}): Json =>
  bootstrap([{ ...httpListener([route('up')]), ...listener }], [cluster('up', [port])])

function onBoth<Seen>(manager: Json, look: (side: Side) => Promise<Seen>, before?: () => void): Promise<[Seen, Seen]> {
  return onBothWith({ overload_manager: { refresh_interval: '0.05s', ...manager } }, look, before)
}

/** The same bootstrap, with a listener that says more, and the same look at our proxy and at a real Envoy. */
async function onBothWith<Seen>(
  settings: Json,
  look: (side: Side) => Promise<Seen>,
  before: () => void = () => undefined,
  listener: Json = {},
): Promise<[Seen, Seen]> {
  await using upstream = await startUpstream(answerOk)
  const json = { ...meshOf(upstream.port, listener), ...settings }
  before()
  await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
  const mine = await look(ours)
  before()
  await using envoy = await startEnvoy(json)
  return [mine, await look({ adminPort: envoy.admin, port: envoy.port })]
}

/** A request on a connection of its own; without a status the connection was cut off. */
async function ask(port: number): Promise<{ status: string; body: string; connection: string }> {
  const text = await new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let all = ''
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(all))
    socket.on('data', (bytes) => {
      all += bytes.toString('latin1')
      if (/\r\n\r\n(ok|envoy overloaded)$/.test(all)) socket.destroy()
    })
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  })
  const [head = '', body = ''] = text.split('\r\n\r\n')
  return {
    status: /^HTTP\/1.1 (\d+)/.exec(head)?.[1] ?? '',
    body,
    connection: /\r\nconnection: (\w+)/i.exec(head)?.[1] ?? '',
  }
}

async function stat({ adminPort }: Side, name: string): Promise<number> {
  const filter = encodeURIComponent(`^${name.replaceAll('.', '\\.')}$`)
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/stats?filter=${filter}`)).text()
  return Number(/: (\d+)/.exec(text)?.[1] ?? Number.NaN)
}

function statIs(side: Side, name: string, value: number): Promise<unknown> {
  return eventually(async () => (await stat(side, name)) === value)
}

/** Envoy looks at a file again when another one is moved over it. */
function put(file: string, text: string): void {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}
