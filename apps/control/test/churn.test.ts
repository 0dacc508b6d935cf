import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { service, workload } from '../src/snapshot/example-mesh.fixture.ts'
import { MeshUnderTest } from './harness/mesh-under-test.ts'

const total = 100_000
const changes = 50
const connections = 16

const route = (weight: number) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: app, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: app, port: 8080 }]
  rules:
    - backendRefs: [{ name: app-v1, port: 8080, weight: ${weight} }, { name: app-v2, port: 8080, weight: ${100 - weight} }]
      timeouts: { request: ${5 + weight}s }
`

/** Asks over one kept connection, opened again when the proxy ends it, until the shared count is used up. */
function client(port: number, left: { requests: number }, statuses: Map<string, number>): Promise<void> {
  const note = (status: string) => statuses.set(status, (statuses.get(status) ?? 0) + 1)
  return new Promise((resolve) => {
    const open = () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      let text = ''
      let isAsking = false
      const ask = () => {
        if (left.requests <= 0) {
          socket.destroy()
          resolve()
          return
        }
        left.requests--
        isAsking = true
        socket.write('GET / HTTP/1.1\r\nhost: app\r\n\r\n')
      }
      socket.on('connect', ask)
      socket.on('data', (part) => {
        text += part.toString('latin1')
        const head = text.indexOf('\r\n\r\n')
        const length = Number(/content-length: (\d+)/.exec(text)?.[1] ?? 0)
        if (head < 0 || text.length < head + 4 + length) return
        note(text.slice(9, 12))
        isAsking = false
        const ends = text.includes('connection: close')
        text = ''
        if (!ends) ask()
      })
      socket.on('error', () => undefined)
      socket.on('close', () => {
        if (isAsking) note('cut')
        if (left.requests > 0) open()
        else resolve()
      })
    }
    open()
  })
}

test('50 configuration changes during 100,000 requests fail none of them', { timeout: 90_000 }, async () => {
  const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
  await using app = await startRawUpstream((socket) => socket.on('data', () => void socket.write(answer)))
  const ports = [{ name: 'http', port: 8080, targetPort: app.port }]
  await using mesh = new MeshUnderTest({
    sequence: 1,
    services: [
      service('shop', 'app', { app: 'app' }, ports),
      service('shop', 'app-v1', { app: 'app', version: 'v1' }, ports),
      service('shop', 'app-v2', { app: 'app', version: 'v2' }, ports),
    ],
    workloads: [
      workload('shop', 'app', 'v1', '127.0.0.1', { isProxied: false }),
      workload('shop', 'app', 'v2', '127.0.0.1', { isProxied: false }),
    ],
  })
  await mesh.startControl()
  const address = `127.${200 + Math.floor(Math.random() * 50)}.0.1`
  const sidecar = await mesh.startSidecar({ workload: 'web-v1', service: 'web', address, appPort: app.port })
  mesh.apply(route(50))
  const statuses = new Map<string, number>()
  const left = { requests: total }

  const clients = Array.from({ length: connections }, () => client(sidecar.outbound, left, statuses))
  for (let change = 0; change < changes; change++) {
    const revision = mesh.apply(route(1 + ((change * 7) % 99)))
    await eventually(() => mesh.inSync.get('web-v1') === revision)
    // Spread over the requests, not over a time.
    while (left.requests > total * (1 - (change + 1) / changes)) await delay(1)
  }
  await Promise.all(clients)

  expect([...statuses]).toEqual([['200', total]])
})
