import { request } from 'node:http'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect } from 'vitest'
import { address, bootstrap, cluster, filter, httpListener, route } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

withEnvoy(
  'health that is made to fail turns probes and connections away until it is well again, as in Envoy',
  async () => {
    await using upstream = await startUpstream()
    const health = filter('health', {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.health_check.v3.HealthCheck',
      pass_through_mode: false,
      headers: [{ name: ':path', string_match: { exact: '/healthz' } }],
    })
    const json = bootstrap([httpListener([route('up')], { filters: [health] })], [cluster('up', [upstream.port])])
    await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
    await using envoy = await startEnvoy(json)

    const mine = await seenOf(ours.adminPort, ours.port)
    const theirs = await seenOf(envoy.admin, envoy.port)

    expect(mine).toEqual(theirs)
    expect(mine).toEqual([
      { ready: 200, state: 'LIVE', connection: 'keep-alive', health: 200, told: null },
      { ready: 503, state: 'DRAINING', connection: 'close', health: 503, told: 'true' },
      { ready: 200, state: 'LIVE', connection: 'keep-alive', health: 200, told: null },
    ])
  },
)

async function seenOf(admin: number, port: number): Promise<unknown[]> {
  const ask = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${admin}${path}`, { method })
  const look = async () => ({
    ready: (await ask('/ready')).status,
    state: ((await (await ask('/server_info')).json()) as { state: string }).state,
    connection: await connectionOf(port),
    health: (await fetch(`http://127.0.0.1:${port}/healthz`)).status,
    told: (await fetch(`http://127.0.0.1:${port}/`)).headers.get('x-envoy-immediate-health-check-fail'),
  })
  const before = await look()
  await ask('/healthcheck/fail', 'POST')
  const failed = await look()
  await ask('/healthcheck/ok', 'POST')
  return [before, failed, await look()]
}

/** What the answer says of its connection: nothing is that it goes on. */
function connectionOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', headers: { connection: 'keep-alive' } }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.headers.connection ?? 'keep-alive'))
    })
    asked.once('error', reject)
    asked.end()
  })
}
