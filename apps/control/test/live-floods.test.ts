import { once } from 'node:events'
import { eventually } from '@heddle/testkit/eventually'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { fillMesh } from './harness/fill-mesh.ts'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
})
afterAll(() => control[Symbol.asyncDispose]())

const opened: WebSocket[] = []
afterEach(() => {
  for (const socket of opened.splice(0)) socket.terminate()
})

async function open(person: 'viewer' | 'editor'): Promise<WebSocket> {
  const socket = new WebSocket(`${control.url.replace('http', 'ws')}/api/v1/live`, {
    headers: { cookie: await control.cookieOf(person), origin: 'http://localhost:3000' },
  })
  opened.push(socket)
  socket.on('error', () => undefined)
  return socket
}

/** Greeted, or closed with this code. */
async function outcome(socket: WebSocket): Promise<'hello' | number> {
  return Promise.race([
    once(socket, 'message').then(() => 'hello' as const),
    once(socket, 'close').then(([code]) => code as number),
  ])
}

test('a hundred sockets are the most that one person has, and others are let in', async () => {
  const first = await Promise.all(Array.from({ length: 100 }, async () => outcome(await open('viewer'))))

  const oneMore = await outcome(await open('viewer'))
  const other = await outcome(await open('editor'))

  expect(new Set(first)).toEqual(new Set(['hello']))
  expect([oneMore, other]).toEqual([1013, 'hello'])
})

test('a person who reads hundreds of different graphs of a large mesh holds up nobody', async () => {
  await fillMesh(control)
  await eventually(async () => (await control.as('viewer', 'GET', '/graph')).body.nodes.length >= 1500)
  let told = 0
  for (let index = 0; index < 16; index++) {
    const socket = await open('viewer')
    await outcome(socket)
    socket.on('message', () => told++)
    for (let sub = 0; sub < 32; sub++) {
      const params = { ns: `shop,x${index * 32 + sub}` }
      socket.send(JSON.stringify({ type: 'sub', sub: `s${sub}`, topic: 'graph', params }))
    }
  }
  await eventually(() => told > 0)

  const startMs = performance.now()
  const statuses: number[] = []
  for (let index = 0; index < 10; index++) statuses.push((await control.as('editor', 'GET', '/changes')).status)
  const tookMs = performance.now() - startMs

  expect(statuses).toEqual(Array.from({ length: 10 }, () => 200))
  // Each of the graphs read again every second, the first answer alone takes sixteen.
  expect(tookMs).toBeLessThan(5000)
})
