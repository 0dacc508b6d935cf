import { createHash, randomBytes } from 'node:crypto'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { allTo, bootstrap, cluster, fault, filter, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

test.for([
  { coding: 'chunked', length: false },
  { coding: 'with a length', length: true },
])('64 bodies at once, $coding, come back byte for byte though readers are slow', async ({ length }) => {
  await using echo = await startEcho()
  await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [cluster('up', [echo.port])]))

  // Every size that falls on another side of a buffer's edge, and bodies beyond what a socket holds.
  const bodies = Array.from({ length: 64 }, (_, index) =>
    randomBytes([1, 1000, 65_535, 65_537, 300_001][index % 5] ?? 1),
  )
  const answers = await Promise.all(bodies.map((body, index) => post(proxy.port, body, length, index % 3 === 0)))

  expect(answers).toEqual(bodies.map(hash))
})

test('an upload that must wait for its connection, and one that is sent again, arrive whole', async () => {
  const body = randomBytes(48 * 1024).toString('base64')
  let asked = 0
  await using upstream = await startUpstream(() => (++asked === 1 ? { status: 503 } : {}))
  const retry = { retry_policy: { retry_on: '5xx', num_retries: 1, retry_back_off: { base_interval: '0.001s' } } }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up', retry)])], [cluster('up', [upstream.port])]),
  )

  const [first] = await Promise.all([
    fetch(`http://127.0.0.1:${proxy.port}/`, { method: 'POST', body }),
    // Reads of other sockets while the first waits.
    ...Array.from({ length: 8 }, () => proxy.get('/other')),
  ])

  expect(first.status).toBe(200)
  expect(upstream.seen.filter(({ method }) => method === 'POST').map((seen) => seen.body === body)).not.toContain(false)
})

test('bodies that come while their requests are held back are not overwritten by what other sockets bring', async () => {
  await using echo = await startEcho()
  const held = filter('fault', fault({ delay: { fixed_delay: '0.1s', percentage: { numerator: 100 } } }))
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { filters: [held] })], [cluster('up', [echo.port])]),
  )

  const bodies = Array.from({ length: 24 }, (_, index) => randomBytes([7, 1000, 40_000, 200_001][index % 4] ?? 1))
  const answers = await Promise.all(bodies.map((body, index) => post(proxy.port, body, index % 2 === 0, false)))

  expect(answers).toEqual(bodies.map(hash))
})

test('heads that come byte by byte on many connections at once are not mixed up', async () => {
  await using upstream = await startUpstream(({ url }) => ({
    body: url,
    headers: { 'content-length': String(url.length) },
  }))
  await using proxy = await startTestProxy(allTo(upstream.port))
  const sockets = Array.from({ length: 20 }, () => connect(proxy.port, '127.0.0.1'))
  const answers = sockets.map(read)

  const heads = sockets.map((_, index) => `GET /of-${index} HTTP/1.1\r\nhost: up.shop\r\nconnection: close\r\n\r\n`)
  for (let at = 0; at < 70; at++) {
    for (const [index, socket] of sockets.entries()) socket.write(heads[index]?.slice(at, at + 1) ?? '')
    await nextTurn()
  }

  const texts = await Promise.all(answers)
  expect(texts.map((text) => text.split('\r\n\r\n')[1])).toEqual(sockets.map((_, index) => `/of-${index}`))
})

test('pipelined requests are answered in order, each with its own answer', async () => {
  await using upstream = await startUpstream(({ url }) => ({ body: `[${url}]` }))
  await using proxy = await startTestProxy(allTo(upstream.port))
  const paths = Array.from({ length: 50 }, (_, index) => `/${'p'.repeat(index * 20)}${index}`)

  const wire = paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: up.shop\r\n\r\n`).join('')
  const { text } = await rawExchange(proxy.port, wire, { until: (so) => so.includes(`[${paths.at(-1)}]`) })

  expect(text.match(/\[[^\]]*\]/g)).toEqual(paths.map((path) => `[${path}]`))
})

test('bytes that come with the answer to an upgrade reach the client, and what it sends then the upstream', async () => {
  await using upstream = await startRawUpstream((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nearly;')
      socket.on('data', (bytes) => socket.write(bytes))
    })
  })
  await using proxy = await startTestProxy(
    bootstrap(
      [httpListener([route('up')], { hcm: { upgrade_configs: [{ upgrade_type: 'echo' }] } })],
      [cluster('up', [upstream.port])],
    ),
  )
  const head = 'GET / HTTP/1.1\r\nhost: up.shop\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n'

  const socket = connect(proxy.port, '127.0.0.1', () => socket.write(head))
  let text = ''
  await new Promise<void>((resolve) => {
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      if (text.endsWith('early;')) socket.write('late;')
      if (text.endsWith('late;')) resolve()
    })
  })
  socket.destroy()

  expect(text.split('\r\n\r\n')[1]).toBe('early;late;')
})

/** Answers with the body of the request as it comes. */
async function startEcho(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((asked, answer) => void asked.pipe(answer))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** The hash of the answer; a slow reader leaves the loop to the others between any two pieces. */
function post(port: number, body: Buffer, hasLength: boolean, isSlow: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'up.shop', ...(hasLength ? { 'content-length': body.length } : {}) }
    const sent = request({ port, host: '127.0.0.1', method: 'POST', path: '/', headers }, async (answer) => {
      const found = createHash('sha256')
      try {
        for await (const piece of answer) {
          found.update(piece as Buffer)
          if (isSlow) for (let turn = 0; turn < 20; turn++) await nextTurn()
        }
        resolve(found.digest('hex'))
      } catch (error) {
        reject(error)
      }
    })
    sent.once('error', reject)
    // In two pieces, so that a chunked body has more than one chunk.
    sent.write(body.subarray(0, body.length / 2))
    sent.end(body.subarray(body.length / 2))
  })
}

async function read(socket: Socket): Promise<string> {
  let text = ''
  for await (const bytes of socket) text += (bytes as Buffer).toString('latin1')
  return text
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
