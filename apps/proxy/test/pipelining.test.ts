import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { allTo, bootstrap, httpListener } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

const body = 'x'.repeat(200)
const direct = { match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: body } } }
const request = 'GET / HTTP/1.1\r\nhost: a.example\r\n\r\n'
const batch = 1000

/** Asks without reading until the system takes no more, and says how often. */
async function askUntilStuck(client: Socket, batchesMax: number): Promise<number> {
  let asked = 0
  const ask = () => {
    while (asked < batchesMax && client.write(request.repeat(batch))) asked++
  }
  client.on('drain', () => {
    asked++
    ask()
  })
  ask()
  let before = -1
  let still = 0
  await eventually(() => {
    still = before === asked ? still + 1 : 0
    before = asked
    return still > 50
  })
  return asked
}

test('a client that asks on and reads no answers is not read on: its answers do not pile up', async () => {
  await using proxy = await startTestProxy(bootstrap([httpListener([direct])], []))
  const client = connect({ port: proxy.port, host: '127.0.0.1' })
  client.on('error', () => undefined)
  client.pause()
  await once(client, 'connect')

  const asked = await askUntilStuck(client, 5000)
  client.destroy()

  // What the system itself keeps on its way is some hundred batches; all five thousand would be gigabytes of answers.
  expect(asked).toBeLessThan(1500)
})

test('and when it reads, it gets them all', async () => {
  await using proxy = await startTestProxy(bootstrap([httpListener([direct])], []))
  const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  client.pause()
  await once(client, 'connect')
  const batches = 60

  client.write(request.repeat(batch * batches))
  client.end()
  let answers = 0
  let text = ''
  for await (const bytes of client) {
    const parts = (text + String(bytes)).split('HTTP/1.1 200 OK')
    answers += parts.length - 1
    text = parts.at(-1) ?? ''
  }

  expect(answers).toBe(batch * batches)
})

test('one that never reads is cut off after the idle time of a stream', async () => {
  const hcm = { stream_idle_timeout: '0.5s' }
  await using proxy = await startTestProxy(bootstrap([httpListener([direct], { hcm })], []))
  const client = connect({ port: proxy.port, host: '127.0.0.1' })
  client.on('error', () => undefined)
  client.pause()
  await once(client, 'connect')

  const closed = new Promise((resolve) => client.once('close', resolve))
  await askUntilStuck(client, 5000)

  await closed
  expect(client.destroyed).toBe(true)
})

const upload = 'POST / HTTP/1.1\r\nhost: a.example\r\ncontent-length: 5\r\n\r\n'

test.each([
  ['whole requests', `${request.repeat(3)}`, 3],
  ['whole requests and half a head', `${request.repeat(2)}GET / HT`, 2],
  ['whole requests and half a body', `${request}${upload}hello${upload}hel`, 2],
  ['an empty line behind them', `${request.repeat(2)}\r\n`, 2],
])(
  'a client that sends %s and ends its side gets an answer to each whole one, and the end',
  async (_, asked, answers) => {
    await using upstream = await startUpstream(() => ({ status: 200, body: 'ok' }))
    await using proxy = await startTestProxy(allTo(upstream.port))
    const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
    let text = ''
    client.on('data', (part) => {
      text += part.toString('latin1')
    })

    client.end(asked, 'latin1')
    await once(client, 'close')

    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(answers)
  },
)

test('what is asked together is answered with one write', async () => {
  await using proxy = await startTestProxy(bootstrap([httpListener([direct])], []))
  const client = connect({ port: proxy.port, host: '127.0.0.1' })
  await once(client, 'connect')

  client.write(request.repeat(10))
  const [bytes] = (await once(client, 'data')) as [Buffer]
  client.destroy()

  expect(bytes.toString('latin1').split('HTTP/1.1 200 OK')).toHaveLength(11)
})
