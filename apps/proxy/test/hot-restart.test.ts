import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { address, cluster, httpListener, route } from './harness/mesh.ts'
import { launch, startSupervised, status, writeBootstrap } from './harness/start-supervised.ts'

/** `HEDDLE_RESTARTS=10` sends 50,000 requests through ten restarts. */
const restarts = Number(process.env.HEDDLE_RESTARTS ?? 3)
const requestsPerRestart = restarts > 3 ? 5000 : 500

test('restarts under load lose no request, and a tunnel goes on through them', async () => {
  await using upstream = await startUpstream()
  await using sockets = await startRawUpstream((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n')
      socket.on('data', (bytes) => socket.write(bytes))
    })
  })
  const routes = [route('tunnel', {}, { prefix: '/tunnel' }), route('up')]
  const listener = httpListener(routes, { hcm: { upgrade_configs: [{ upgrade_type: 'echo' }] } })
  await using proxy = await startSupervised(
    [listener],
    [cluster('up', [upstream.port]), cluster('tunnel', [sockets.port])],
    ['--hot-restart'],
  )
  const tunnel = await openTunnel(proxy.port)
  await using load = startLoad(proxy.port, 16)

  for (let generation = 2; generation <= restarts + 1; generation++) {
    proxy.child.kill('SIGHUP')
    await proxy.hears(`"generation":${generation}`, 'the new generation serves')
    const { answered } = load
    await eventually(() => load.answered > answered + requestsPerRestart)
    expect(await echo(tunnel, `generation ${generation};`)).toBe(true)
  }
  await load.stop()
  tunnel.destroy()

  expect(load.failures).toEqual([])
  expect(load.answered).toBeGreaterThan(restarts * requestsPerRestart)
}, 600_000)

test('a WebSocket goes on over a restart until the drain limit, and ends with the generation that it belongs to', async () => {
  await using upstream = await startUpstream()
  await using sockets = await startRawUpstream((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
      socket.on('data', (bytes) => socket.write(bytes))
    })
  })
  const routes = [route('tunnel', {}, { prefix: '/tunnel' }), route('up')]
  await using proxy = await startSupervised(
    [httpListener(routes, { hcm: { upgrade_configs: [{ upgrade_type: 'websocket' }] } })],
    [cluster('up', [upstream.port]), cluster('tunnel', [sockets.port])],
    ['--hot-restart', '--drain-time-s', '10'],
  )
  const tunnel = await openTunnel(proxy.port, 'websocket')
  const isClosed = once(tunnel, 'close')
  const workers = () => childrenOf(proxy.child.pid ?? 0)

  proxy.child.kill('SIGHUP')
  await proxy.hears('"message":"draining"')
  const whileDraining = await echo(tunnel, 'the generation before carries it;')
  const generations = workers().length
  await isClosed
  await eventually(() => workers().length === 1)
  const next = await openTunnel(proxy.port, 'websocket')
  const afterwards = await echo(next, 'the new one carries this;')
  next.destroy()

  expect([whileDraining, generations, afterwards]).toEqual([true, 2, true])
}, 120_000)

test('a new generation that cannot start leaves the one before to go on', async () => {
  await using upstream = await startUpstream()
  await using proxy = await startSupervised(
    [httpListener([route('up')])],
    [cluster('up', [upstream.port])],
    ['--hot-restart'],
  )
  writeFileSync(proxy.file, '{ "node": ')

  proxy.child.kill('SIGHUP')
  await proxy.hears('the new generation did not start')

  expect(await status(proxy.port)).toBe(200)
})

test('several workers carry the traffic of one port, are counted together, and are replaced when they die', async () => {
  await using upstream = await startUpstream()
  await using proxy = await startSupervised(
    [httpListener([route('up')])],
    [cluster('up', [upstream.port])],
    ['--concurrency', '2'],
  )
  const workers = () => childrenOf(proxy.child.pid ?? 0)
  await eventually(() => proxy.count('"message":"serving"') === 2)
  await using load = startLoad(proxy.port, 8)
  await eventually(() => load.answered > 200)
  await load.stop()

  const counted = await counterOf(proxy.adminPort, 'istio_requests_total')
  const [first = 0] = workers()
  process.kill(first, 'SIGKILL')
  await proxy.hears('a worker ended and is replaced')
  await eventually(() => workers().filter((pid) => pid !== first).length === 2)

  expect(load.failures).toEqual([])
  // One more: the first, which asked whether it is up.
  expect(counted).toBe(load.answered + 1)
  expect(await status(proxy.port)).toBe(200)
})

test('a port that is taken ends all of it with one line and 1', async () => {
  await using taken = await startUpstream()
  const listener = { ...httpListener([route('up')]), address: address(taken.port) }
  using placed = writeBootstrap([listener], [cluster('up', [1])], await refusingPort())
  const child = launch(placed.file, ['--concurrency', '2'])
  let said = ''
  child.stderr?.on('data', (part: Buffer) => {
    said += part.toString()
  })

  const [code] = await once(child, 'close')

  expect(code).toBe(1)
  expect(said).toContain('EADDRINUSE')
})

type Load = AsyncDisposable & { answered: number; readonly failures: string[]; stop: () => Promise<void> }

/** Requests on keep-alive connections, one after the other, none tried twice. */
function startLoad(port: number, connections: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const load: Load = {
    answered: 0,
    failures: [],
    stop: async () => {},
    [Symbol.asyncDispose]: () => load.stop(),
  }
  let isOver = false
  const one = () =>
    new Promise<void>((resolve) => {
      const asked = get({ port, host: '127.0.0.1', agent, headers: { host: 'up.shop' } }, (answer) => {
        answer.resume()
        answer.on('end', () => {
          if (answer.statusCode === 200) load.answered++
          else load.failures.push(`status ${answer.statusCode}`)
          resolve()
        })
      })
      asked.on('error', (error) => {
        load.failures.push(error.message)
        isOver ||= load.failures.length > 100
        resolve()
      })
    })
  const client = async () => {
    while (!isOver) await one()
  }
  const all = Array.from({ length: connections }, client)
  load.stop = async () => {
    isOver = true
    await Promise.all(all)
    agent.destroy()
  }
  return load
}

async function openTunnel(port: number, protocol = 'echo'): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET /tunnel HTTP/1.1\r\nhost: up.shop\r\nconnection: upgrade\r\nupgrade: ${protocol}\r\n\r\n`)
  const [head] = (await once(socket, 'data')) as [Buffer]
  expect(head.toString()).toContain('101 Switching Protocols')
  return socket
}

async function echo(socket: Socket, text: string): Promise<boolean> {
  socket.write(text)
  let heard = ''
  const signal = AbortSignal.timeout(10_000)
  while (!heard.endsWith(text)) {
    const [bytes] = (await once(socket, 'data', { signal })) as [Buffer]
    heard += bytes.toString()
    await nextTurn()
  }
  return true
}

async function counterOf(adminPort: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

function childrenOf(pid: number): readonly number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return listed === '' ? [] : listed.split(' ').map(Number)
}
