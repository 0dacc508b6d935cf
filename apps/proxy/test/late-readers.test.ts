import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

// More than what a client's socket takes while nobody reads it: the rest stands in the proxy's, where a reset destroys it.

const body = 'x'.repeat(600_000)
const chunk = `${body.length.toString(16)}\r\n${body}\r\n`

test.each([
  ['a length', 'content-length: 1000000', body, '1.1', 'end'],
  ['chunks', 'transfer-encoding: chunked', chunk, '1.1', 'end'],
  ['nothing but its end', 'transfer-encoding: chunked', chunk, '1.0', 'ECONNRESET'],
])(
  'a client that reads late gets all of an answer, framed by %s, that breaks off',
  async (_how, framing, sent, version, end) => {
    const answering = new EventEmitter()
    await using upstream = await startRawUpstream((socket) => {
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n${sent}`, 'latin1'))
      socket.once('close', () => answering.emit('over'))
    })
    const hcm = { delayed_close_timeout: '0.3s' }
    await using proxy = await startTestProxy(
      bootstrap([httpListener([route('up')], { hcm })], [cluster('up', [upstream.port])]),
    )
    const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
    client.pause()
    await once(client, 'connect')

    client.write(`GET / HTTP/${version}\r\nhost: up.shop\r\n\r\n`)
    await once(answering, 'over')
    for (let turns = 0; turns < 20; turns++) await nextTurn()
    const read = await readToEnd(client)

    expect([read.text.slice(read.text.indexOf('\r\n\r\n')).match(/x/g)?.length, read.end]).toEqual([body.length, end])
  },
)

async function readToEnd(client: Socket): Promise<{ text: string; end: string }> {
  let text = ''
  try {
    for await (const bytes of client) text += (bytes as Buffer).toString('latin1') // no encoding is set
    return { text, end: 'end' }
  } catch (error) {
    return { text, end: (error as NodeJS.ErrnoException).code ?? '' } // of a socket
  } finally {
    client.destroy()
  }
}
