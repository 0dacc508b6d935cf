import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import type { SocketAddress } from '../src/net/socket-address.ts'
import { shrinkHeap } from '../src/overload/shrink-heap.ts'
import { startTelemetry } from '../src/telemetry/start-telemetry.ts'
import { startTraffic } from '../src/traffic/start-traffic.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { configOf } from './harness/start-test-proxy.ts'

test('a configuration that has left is not kept by what its requests are counted by', async () => {
  await using upstream = await startUpstream()
  const telemetry = startTelemetry({
    reporter: { workload: 'web-v1', namespace: 'shop', service: 'web', version: 'v1' },
    nodeId: 'web-1',
    self: () => ({ id: 'web-1', cluster: 'web.shop', zone: '', node: new Uint8Array() }),
    settings: undefined,
  })
  const configTo = (name: string) =>
    configOf(bootstrap([httpListener([route(name)])], [cluster(name, [upstream.port])]))
  const none = { ...configTo('none'), listeners: new Map(), clusters: new Map() }
  await using traffic = startTraffic(none, { nodeCluster: 'web.shop', observer: telemetry.observer })
  await telemetry.follow(traffic)
  // It has a name here only, which is gone when this returns.
  const apply = async (name: string) => {
    const config = configTo(name)
    await traffic.apply(config)
    return new WeakRef(config)
  }
  const first = await apply('first')
  const { port } = traffic.address('in') as Extract<SocketAddress, { kind: 'tcp' }> // it listens on TCP

  for (const _ of [1, 2]) await askOnce(port)
  await apply('second')
  for (const _ of [1, 2]) await askOnce(port)
  // Counts are looked through every minute: what waits for that keeps it for longer.
  await eventually(async () => {
    await delay(200)
    shrinkHeap()
    return first.deref() === undefined
  })

  await telemetry.close()
  expect(first.deref()).toBeUndefined()
})

/** On a connection of its own. */
function askOnce(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  socket.resume()
  return new Promise((resolve) => socket.once('close', () => resolve()))
}
