import { connect } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { fillMesh } from './harness/fill-mesh.ts'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl
let cookie: string
beforeAll(async () => {
  control = await startTestControl()
  cookie = await control.cookieOf('viewer')
})
afterAll(() => control[Symbol.asyncDispose]())

const opened: WebSocket[] = []
afterEach(() => {
  for (const socket of opened.splice(0)) socket.terminate()
})

type Message = { readonly type: string; readonly sub?: string; readonly code?: string; readonly data?: unknown }

/** A reader that was greeted. */
async function reader() {
  const socket = new WebSocket(`${control.url.replace('http', 'ws')}/api/v1/live`, {
    headers: { cookie, origin: 'http://localhost:3000' },
  })
  opened.push(socket)
  const messages: Message[] = []
  let bytes = 0
  let closed: number | undefined
  socket.on('error', () => undefined)
  socket.on('close', (code) => {
    closed = code
  })
  socket.on('message', (data: Buffer) => {
    bytes += data.length
    messages.push(JSON.parse(String(data)))
  })
  await eventually(() => messages.some(({ type }) => type === 'hello'))
  return {
    socket,
    messages,
    bytes: () => bytes,
    closed: () => closed,
    say: (message: object) => socket.send(JSON.stringify(message)),
  }
}

const sub = (name: string, topic: string, params: Record<string, string> = {}) => ({
  type: 'sub',
  sub: name,
  topic,
  params,
})

test.each([
  ['no JSON', '{', 'invalid_message'],
  ['another version', '{"type":"hello","v":2}', 'invalid_message'],
  ['an unknown field', '{"type":"pause","x":1}', 'invalid_message'],
  ['a topic that does not exist', JSON.stringify(sub('a', 'secrets')), 'invalid_message'],
  ['a topic without what it needs', JSON.stringify(sub('a', 'service', { name: 'x' })), 'invalid_topic'],
  ['parameters that a topic does not have', JSON.stringify(sub('a', 'audit', { x: '1' })), 'invalid_topic'],
])('a message with %s is answered with its fault, and the socket stays open', async (_what, text, code) => {
  const { socket, messages, say } = await reader()

  socket.send(text)
  await eventually(() => messages.some(({ type }) => type === 'err'))
  say(sub('after', 'changes'))
  await eventually(() => messages.some((message) => message.type === 'snap' && message.sub === 'after'))

  expect(messages.find(({ type }) => type === 'err')?.code).toBe(code)
})

test.each([
  ['bytes that are no text', 1003, (socket: WebSocket) => socket.send(Buffer.from([1, 2, 3]))],
  ['a message of more than 64 KiB', 1009, (socket: WebSocket) => socket.send('x'.repeat(65 * 1024))],
  [
    'more than 200 messages at once',
    1008,
    (socket: WebSocket) => {
      for (let index = 0; index <= 200; index++) socket.send('{"type":"pause"}')
    },
  ],
])('%s end the socket with %i', async (_what, code, offend) => {
  const { socket, closed } = await reader()

  offend(socket)
  await eventually(() => closed() !== undefined)

  expect(closed()).toBe(code)
})

test('a thirty-third subscription is refused, and the others go on', async () => {
  const { messages, say } = await reader()

  for (let index = 0; index < 33; index++) say(sub(`s${index}`, 'changes'))
  await eventually(() => messages.some(({ type }) => type === 'err'))

  expect(messages.find(({ type }) => type === 'err')).toMatchObject({ sub: 's32', code: 'too_many' })
  await eventually(() => messages.filter(({ type }) => type === 'snap').length === 32)
})

test('a reader that asks for one large state after the other and reads none makes the server hold little, and others are served', async () => {
  await fillMesh(control)
  const size = async () => JSON.stringify((await control.as('viewer', 'GET', '/graph')).body).length
  await eventually(async () => (await size()) > 200_000)
  const large = await size()
  const slow = await reader()
  slow.socket.pause()

  for (let index = 0; index < 150; index++) slow.say(sub('g', 'graph'))
  const quick = await reader()
  quick.say(sub('g', 'graph'))
  await eventually(() => quick.messages.some(({ type }) => type === 'snap'))
  slow.socket.resume()
  await eventually(() => slow.messages.some(({ type }) => type === 'hb'))

  // What the two kernels hold, and what may wait in the server: far from the 150 states.
  expect(slow.bytes()).toBeLessThan(150 * large * 0.4)
  expect(150 * large).toBeGreaterThan(30e6)
})

test('an upgrade of something else is refused, and its client cannot keep the connection by not ending its side', async () => {
  const socket = connect({ port: Number(new URL(control.url).port), host: '127.0.0.1', allowHalfOpen: true })
  let text = ''
  let hasEnded = false
  socket.on('data', (bytes) => {
    text += bytes
  })
  socket.on('end', () => {
    hasEnded = true
  })
  socket.on('error', () => undefined)

  socket.write('GET /elsewhere HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
  await eventually(() => hasEnded)
  // A connection that is gone at the other side answers what it is sent with a reset.
  await eventually(() => {
    socket.write('still here')
    return socket.destroyed
  })

  expect(text).toContain('404 Not Found')
  expect(socket.destroyed).toBe(true)
})
