import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { expect, test } from 'vitest'
import { address } from './harness/mesh.ts'
import {
  ads,
  bootstrapOf,
  eds,
  endpoints,
  type Form,
  forms,
  ofRoutes,
  table,
  twoUpstreams,
} from './harness/over-xds.ts'
import { launch, writeBootstrap } from './harness/start-supervised.ts'
import { startXdsServer, type XdsServer } from './harness/xds-server.ts'

// Several workers under a control plane: one of them follows it, all of them do what it says.

const many = Array.from({ length: 300 }, (_, index) => `more-${index}`)

test.for(forms)('over %s every worker takes what changes, and what stays the same stays as it is', async (form) => {
  await using place = await startPlace(form)
  const { server, a, b } = place

  const before = await place.answers()
  server.set('RouteConfiguration', [table('routes', [['/', 'b']])])
  await eventually(async () => (await place.answers()).every((each) => each === '200 b'))
  server.set('ClusterLoadAssignment', [endpoints('a', b), endpoints('b', a)])
  await eventually(async () => (await place.answers()).every((each) => each === '200 a'))
  server.set('ClusterLoadAssignment', [endpoints('a', b), endpoints('b', b)])
  await eventually(async () => (await place.answers()).every((each) => each === '200 b'))

  expect(new Set(before)).toEqual(new Set(['200 a']))
  // Told twice to each of the two workers, while its neighbour was told three times.
  expect(await place.stat('cluster.a.update_success')).toBe(4)
  expect(await place.stat('cluster.b.update_success')).toBe(6)
})

test.for(forms)('over %s a worker that is killed in the middle of a push comes back with all of it', async (form) => {
  await using place = await startPlace(form)
  const { server, a, b } = place

  server.set(
    'ClusterLoadAssignment',
    [...many, 'a', 'b'].map((name) => endpoints(name, name === 'a' ? a : b)),
  )
  server.set(
    'Cluster',
    [...many, 'a', 'b'].map((name) => eds(name, ads)),
  )
  await eventually(() => server.said.some(({ kind, names }) => kind === 'ClusterLoadAssignment' && names.length > 100))
  process.kill(place.follower(), 'SIGKILL')
  server.set('RouteConfiguration', [table('routes', [['/', 'more-299']])])
  await eventually(() => place.servingCount() === 3)
  await eventually(async () => (await place.answers()).every((each) => each === '200 b'))

  expect(await place.stat('cluster.more-299.membership_total')).toBe(1)
  expect(server.said.flatMap(({ error }) => error ?? [])).toEqual([])
})

test.for(forms)(
  'over %s a worker that leads in the place of another goes on from there, and nobody fails',
  async (form) => {
    await using place = await startPlace(form)

    // Nobody else could tell it.
    await place.server[Symbol.asyncDispose]()
    process.kill(place.leader(), 'SIGKILL')
    await eventually(() => place.servingCount() === 3)
    await eventually(async () => (await place.ready()) === 200)

    expect(new Set(await place.answers())).toEqual(new Set(['200 a']))
    expect(await place.stat('cluster.a.membership_total')).toBe(1)
  },
)

test('a worker that dies before it can take the place of another is replaced too', async () => {
  await using place = await startPlace('GRPC')
  const dead = place.follower()

  process.kill(dead, 'SIGKILL')
  await eventually(() => place.follower() > dead)
  const unready = place.follower()
  process.kill(unready, 'SIGKILL')
  await eventually(() => place.follower() > unready)
  await eventually(() => place.servingCount() === 3)

  expect(new Set(await place.answers())).toEqual(new Set(['200 a']))
})

test('a worker that is killed while it begins is replaced, and the one beside it serves', async () => {
  await using place = await startPlace('GRPC', async (workers) => {
    await eventually(() => workers().length === 2)
    process.kill(Math.max(...workers()), 'SIGKILL')
  })

  expect(new Set(await place.answers())).toEqual(new Set(['200 a']))
})

async function startPlace(form: Form, onLaunched?: (workers: () => number[]) => Promise<void>) {
  const upstreams = await twoUpstreams()
  const server = await startXdsServer()
  const [port, adminPort] = [await refusingPort(), await refusingPort()]
  const { a, b } = upstreams
  server.set('Cluster', [eds('a', ads), eds('b', ads)])
  server.set('ClusterLoadAssignment', [endpoints('a', a), endpoints('b', b)])
  server.set('Listener', [{ ...ofRoutes('routes', ads), address: address(port) }])
  server.set('RouteConfiguration', [table('routes', [['/', 'a']])])
  const placed = writeBootstrap([], [], adminPort)
  writeFileSync(
    placed.file,
    JSON.stringify({ ...bootstrapOf(server, ads, form), admin: { address: address(adminPort) } }),
  )
  const child = launch(placed.file, ['--concurrency', '2'])
  let log = ''
  child.stderr?.on('data', (part: Buffer) => {
    log += part.toString()
  })
  await onLaunched?.(() => workersOf(child))
  const servingCount = () => log.split('"message":"serving"').length - 1
  await eventually(() => servingCount() === 2)
  await eventually(async () => (await answers(port)).every((each) => each === '200 a'))
  return {
    server,
    a,
    b,
    servingCount,
    answers: () => answers(port),
    leader: () => Math.min(...workersOf(child)),
    follower: () => Math.max(...workersOf(child)),
    async ready() {
      return (await fetch(`http://127.0.0.1:${adminPort}/ready`).catch(() => undefined))?.status
    },
    stat: (name: string) => statOf(adminPort, name),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        const closed = once(child, 'close')
        child.kill('SIGKILL')
        await closed
      }
      placed[Symbol.dispose]()
      await stop(server)
      await upstreams[Symbol.asyncDispose]()
    },
  }
}

async function stop(server: XdsServer): Promise<void> {
  await server[Symbol.asyncDispose]()
}

/** Each on a connection of its own, so that either worker may take it. */
function answers(port: number): Promise<string[]> {
  return Promise.all(Array.from({ length: 40 }, () => answerOf(port)))
}

function answerOf(port: number): Promise<string> {
  return new Promise((resolve) => {
    const asked = get({ port, host: '127.0.0.1', agent: false }, (response) => {
      let body = ''
      response.on('data', (part: Buffer) => {
        body += part.toString()
      })
      response.once('end', () => resolve(`${response.statusCode} ${body}`))
      response.once('error', () => resolve('cut'))
    })
    asked.once('error', () => resolve('refused'))
  })
}

/** In the order in which they were started: the first one leads. */
function workersOf({ pid }: ChildProcess): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
}

async function statOf(adminPort: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/stats?filter=^${name}$`)).text()
  return Number(text.split(': ')[1])
}
