import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

const probe = { match: { prefix: '/probe' }, direct_response: { status: 204 } }

test.each([
  ['one byte', '1\r\nx\r\n'],
  ['ten bytes', 'a\r\nxxxxxxxxxx\r\n'],
  ['one byte and an extension', '1;a=b\r\nx\r\n'],
])('chunks of %s without end: others answer within 250 ms', async (_what, chunk) => {
  await using upstream = await startRawUpstream((socket) => socket.resume())
  await using proxy = await startTestProxy(
    bootstrap([httpListener([probe, route('up')])], [cluster('up', [upstream.port])]),
  )
  const attacker = connect({ port: proxy.port, host: '127.0.0.1' })
  attacker.on('error', () => undefined)
  await once(attacker, 'connect')
  attacker.write('POST / HTTP/1.1\r\nhost: a.shop\r\ntransfer-encoding: chunked\r\n\r\n')
  const piece = Buffer.from(chunk.repeat(Math.ceil(500_000 / chunk.length)))
  await proxy.get('/probe')
  let slowest = 0

  const end = performance.now() + 3000
  while (performance.now() < end) {
    if (attacker.writableLength < piece.length) attacker.write(piece)
    const start = performance.now()
    await proxy.get('/probe')
    slowest = Math.max(slowest, performance.now() - start)
    await delay(5)
  }

  expect(attacker.destroyed).toBe(false)
  attacker.destroy()
  expect(slowest).toBeLessThan(250)
})
