import { EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import fastify from 'fastify'
import { expect, test } from 'vitest'
import { beginWork, boundWork } from './bound-work.ts'

test('who leaves before the answer, in its turn or waiting for it, ends its turn, and the next one goes on', async () => {
  const steps = new EventEmitter()
  const begun = once(steps, 'begun')
  const app = fastify()
  boundWork(app)
  app.post('/slow', { config: { work: 'in-turn' } }, async (request) => {
    await beginWork(request, 'ada')
    steps.emit('begun')
    await once(steps, 'go on')
    return 'late'
  })
  app.get('/next', { config: { work: 'in-turn' } }, async (request) => {
    await beginWork(request, 'bob')
    return 'served'
  })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const port = Number(new URL(address).port)
  const inTurn = await ask(port, '/slow')
  await begun
  const waiting = await ask(port, '/slow')

  waiting.destroy()
  inTurn.destroy()
  const answer = await fetch(`${address}/next`)

  expect(await answer.text()).toBe('served')
  steps.emit('go on')
  await app.close()
})

/** A client that has asked, with a body that was read to its end, and can leave. */
async function ask(port: number, path: string) {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const head = `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n`
  socket.write(`${head}{}`)
  return socket
}
