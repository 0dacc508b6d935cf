import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { Http2Client } from './harness/http2-client.ts'
import { allTo, bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

test('draining loses no request: each is answered, and the last on its connection says so', async () => {
  await using upstream = await startUpstream()
  await using proxy = await startTestProxy(allTo(upstream.port))
  let answered = 0
  const client = () =>
    new Promise<'said' | 'cut'>((resolve) => {
      const socket = connect({ port: proxy.port, host: '127.0.0.1', noDelay: true })
      const ask = () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
      let text = ''
      let isOver = false
      socket.on('connect', ask)
      socket.on('data', (part) => {
        text += part
        if (!text.endsWith('ok') && !text.endsWith('0\r\n\r\n')) return
        answered++
        isOver = text.includes('connection: close')
        text = ''
        if (isOver) resolve('said')
        else ask()
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(isOver ? 'said' : 'cut'))
    })

  const clients = Array.from({ length: 16 }, client)
  await eventually(() => answered > 200)
  const before = performance.now()
  await proxy.traffic.drain(20_000)
  const took = performance.now() - before

  expect(await Promise.all(clients)).toEqual(Array.from({ length: 16 }, () => 'said'))
  expect(took).toBeLessThan(16_000)
})

test('an idle connection that is to end waits as long as drain_timeout says for one more request', async () => {
  await using upstream = await startUpstream()
  const longWaiting = { hcm: { drain_timeout: '60s' } }
  await using usual = await startTestProxy(allTo(upstream.port))
  await using patient = await startTestProxy(
    bootstrap([httpListener([route('up')], longWaiting)], [cluster('up', [upstream.port])]),
  )
  const [gone, kept] = [await idleConnection(usual.port), await idleConnection(patient.port)]
  const isGone = once(gone.resume(), 'close')

  const drained = [usual.traffic.drain(60_000), patient.traffic.drain(60_000)]
  await isGone
  const answer = await ask(kept)

  expect(answer).toContain('connection: close')
  await Promise.all(drained)
})

test('a connection that has asked nothing yet is not taken for an idle one: its first request is answered', async () => {
  await using upstream = await startUpstream()
  await using proxy = await startTestProxy(allTo(upstream.port))
  const fresh = connect({ port: proxy.port, host: '127.0.0.1' })
  await once(fresh, 'connect')
  const idle = await idleConnection(proxy.port)
  const isGone = once(idle.resume(), 'close')

  const drained = proxy.traffic.drain(60_000)
  await isGone
  const answer = await ask(fresh)

  expect(answer).toContain('connection: close')
  await drained
})

test('what is cut off when a drain has taken too long is told of before the drain is over', async () => {
  const switched = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'
  const begun = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n'
  let asked = 0
  await using upstream = await startRawUpstream((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (head) => {
      asked++
      const target = head.toString().split(' ')[1]
      if (target === '/begun') socket.write(begun)
      if (target === '/socket') socket.write(switched)
    })
  })
  const upgrades = { hcm: { upgrade_configs: [{ upgrade_type: 'websocket' }] } }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], upgrades)], [cluster('up', [upstream.port])]),
  )
  const begins = (target: string, fields = '') => {
    const socket = connect({ port: proxy.port, host: '127.0.0.1' }).on('error', () => undefined)
    socket.write(`GET ${target} HTTP/1.1\r\nhost: a\r\n${fields}\r\n`)
    return socket
  }
  const upgrade = 'connection: upgrade\r\nupgrade: websocket\r\n'
  const [answering, socket, waiting] = [begins('/begun'), begins('/socket', upgrade), begins('/waiting')]
  await using client = new Http2Client(proxy.port)
  const stream = client.request({ ':path': '/stream' }).catch(() => undefined)
  const isClosed = once(waiting, 'close')
  await Promise.all([once(answering, 'data'), once(socket, 'data'), eventually(() => asked === 4)])

  await proxy.traffic.drain(1)
  const told = proxy.ended.map(({ path, status, flags, details }) => [path, status, flags, details].join(' '))
  await Promise.all([isClosed, stream])

  expect(told.toSorted()).toEqual([
    '/begun 200 DC downstream_local_disconnect',
    '/socket 101  via_upstream',
    '/stream 0 DC downstream_local_disconnect',
    '/waiting 0 DC downstream_local_disconnect',
  ])
})

async function idleConnection(port: number) {
  const socket = connect({ port, host: '127.0.0.1' })
  await ask(socket)
  return socket
}

async function ask(socket: Socket): Promise<string> {
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  let text = ''
  for await (const part of socket.iterator({ destroyOnReturn: false })) {
    text += String(part)
    if (text.endsWith('ok') || text.endsWith('0\r\n\r\n')) return text
  }
  throw new Error(`the connection has ended after "${text}"`)
}

test('50 configuration changes during 4,000 requests fail none of them', async () => {
  await using one = await startUpstream()
  await using two = await startUpstream()
  const config = (weight: number) =>
    bootstrap(
      [
        httpListener([
          {
            match: { prefix: '/' },
            route: {
              timeout: `${5 + weight}s`,
              weighted_clusters: {
                clusters: [
                  { name: 'one', weight },
                  { name: 'two', weight: 100 - weight },
                ],
              },
            },
          },
        ]),
      ],
      [cluster('one', [one.port, ...(weight % 2 ? [] : [two.port])]), cluster('two', [two.port])],
    )
  await using proxy = await startTestProxy(config(50))
  const statuses = new Map<number, number>()
  const client = async (requests: number) => {
    for (let request = 0; request < requests; request++) {
      const { status } = await proxy.get('/')
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }

  const clients = Array.from({ length: 10 }, () => client(400))
  for (let change = 0; change < 50; change++) {
    await proxy.apply(config(1 + (change % 99)))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(clients)

  expect([...statuses]).toEqual([[200, 4000]])
})

test('a body that trickles in is ended at the request timeout, and nothing of it stays upstream', async () => {
  await using upstream = await startUpstream()
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { hcm: { request_timeout: '0.3s' } })], [cluster('up', [upstream.port])]),
  )
  const socket = connect({ port: proxy.port, host: '127.0.0.1' })
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
  })
  socket.on('error', () => undefined)
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n')
  const trickle = setInterval(() => socket.write('a'), 50)

  await eventually(() => text.includes('\r\n\r\n'))
  clearInterval(trickle)
  socket.destroy()

  expect(text).toContain('408')
  expect(proxy.ended[0]).toMatchObject({ status: 408, details: 'request_overall_timeout' })
  expect(upstream.seen).toEqual([])
})

test('a whole request is not under the request timeout, however long its answer takes', async () => {
  await using slow = await startUpstream(async () => {
    await new Promise((resolve) => setTimeout(resolve, 500))
    return { body: 'late' }
  })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { hcm: { request_timeout: '0.2s' } })], [cluster('up', [slow.port])]),
  )

  const response = await fetch(`http://127.0.0.1:${proxy.port}/`, { method: 'POST', body: 'whole' })

  expect([response.status, await response.text()]).toEqual([200, 'late'])
})
