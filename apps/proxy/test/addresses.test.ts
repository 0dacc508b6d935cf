import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTraffic } from '../src/traffic/start-traffic.ts'
import { address, bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { configOf, startTestProxy } from './harness/start-test-proxy.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heddle-addresses-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pipe = (file: string) => ({ pipe: { path: file } })
const on = (listener: Record<string, unknown>, at: Record<string, unknown>) => ({ ...listener, address: at })

async function startOnPath(file: string) {
  const server = createServer((_request, response) => response.end('by path'))
  await new Promise<void>((resolve) => server.listen(file, resolve))
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function get(socketPath: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/', agent: false }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    })
    asked.on('error', reject)
    asked.end()
  })
}

test('an endpoint may be a unix socket', async () => {
  const file = path.join(folder, 'upstream.sock')
  await using _upstream = await startOnPath(file)
  const endpoints = [{ lb_endpoints: [{ endpoint: { address: pipe(file) } }] }]
  await using proxy = await startTestProxy(
    bootstrap(
      [httpListener([route('up')])],
      [cluster('up', [], { load_assignment: { cluster_name: 'up', endpoints } })],
    ),
  )

  const { status, body } = await proxy.get('/')

  expect([status, body]).toEqual([200, 'by path'])
})

test('a listener may be a unix socket, also where one was left over by a process that is gone', async () => {
  const file = path.join(folder, 'listener.sock')
  // A server that is killed leaves its file behind.
  spawnSync(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(file)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ])
  await using upstream = await startUpstream()
  const config = configOf(bootstrap([on(httpListener([route('up')]), pipe(file))], [cluster('up', [upstream.port])]))
  const wasLeftOver = existsSync(file)
  await using traffic = startTraffic({ ...config, listeners: new Map(), clusters: new Map() }, { nodeCluster: '' })
  await traffic.apply(config)

  const status = await get(file)

  expect([wasLeftOver, status]).toEqual([true, 200])
})

test('a unix socket that somebody listens on is not taken away', async () => {
  const file = path.join(folder, 'taken.sock')
  await using _other = await startOnPath(file)
  const config = configOf(bootstrap([on(httpListener([route('up')]), pipe(file))], [cluster('up', [1])]))
  await using traffic = startTraffic({ ...config, listeners: new Map(), clusters: new Map() }, { nodeCluster: '' })

  await expect(traffic.apply(config)).rejects.toThrow('EADDRINUSE')

  expect(await get(file)).toBe(200)
})

test('listeners and endpoints may have IPv6 addresses', async () => {
  const server = createServer((_request, response) => response.end('v6'))
  await new Promise<void>((resolve) => server.listen(0, '::1', resolve))
  const bound = server.address()
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0
  const endpoints = [{ lb_endpoints: [{ endpoint: { address: address(port, '::1') } }] }]
  await using proxy = await startTestProxy(
    bootstrap(
      [on(httpListener([route('up')]), address(0, '::1'))],
      [cluster('up', [], { load_assignment: { cluster_name: 'up', endpoints } })],
    ),
  )

  const response = await fetch(`http://[::1]:${proxy.port}/`)

  expect([response.status, await response.text()]).toEqual([200, 'v6'])
  server.closeAllConnections()
  server.close()
})
