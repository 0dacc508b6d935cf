import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { KeepAliveLoad, percentile } from '@heddle/testkit/keep-alive-load'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import type { Catalog } from '../src/catalog/catalog.ts'
import { service, workload } from '../src/snapshot/example-mesh.fixture.ts'
import { MeshUnderTest } from './harness/mesh-under-test.ts'

const total = 100_000
/** Requests before the first change, to compare with. */
const quiet = 10_000
const changes = 50
/** How soon a proxy runs what was changed. */
const convergedMaxMs = 1000
/** `HEDDLE_CHURN_SECONDS=60` spreads the changes over so long a time, and compares latencies with those before. */
const spreadMs = Number(process.env.HEDDLE_CHURN_SECONDS ?? 0) * 1000
const p99RatioMax = 2

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

/** What changes, in turn: weights and timeouts of routes, who may call, how connections are made, which endpoints there are. */
const kinds = [
  (change: number) => route(1 + ((change * 7) % 99)),
  (change: number) => `${route(50)}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: callers, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  action: DENY
  rules: [{ to: [{ operation: { paths: ["/closed-${change}"] } }] }]
`,
  (change: number) => `${route(50)}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: app, namespace: shop }
spec:
  host: app-v1
  trafficPolicy:
    connectionPool: { http: { http1MaxPendingRequests: ${100 + change} } }
    outlierDetection: { consecutive5xxErrors: ${5 + change} }
`,
] as const

/** An instance of each version, and of the first another one that comes and goes. */
function endpoints(change: number): Catalog['workloads'] {
  const at = (version: string, address: string) => workload('shop', 'app', version, address, { isProxied: false })
  const all = [at('v1', '127.0.0.1'), at('v2', '127.0.0.1')]
  return change % 8 === 3 ? [...all, at('v1', '127.0.0.2')] : all
}

test('50 configuration changes of every kind during 100,000 requests fail none of them, and each is in force within a second', {
  timeout: 90_000,
}, async () => {
  const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
  await using app = await startRawUpstream((socket) => socket.on('data', () => void socket.write(answer)), '0.0.0.0')
  const ports = [{ name: 'http', port: 8080, targetPort: app.port }]
  await using mesh = new MeshUnderTest({
    sequence: 1,
    services: [
      service('shop', 'web', { app: 'web' }),
      service('shop', 'app', { app: 'app' }, ports),
      service('shop', 'app-v1', { app: 'app', version: 'v1' }, ports),
      service('shop', 'app-v2', { app: 'app', version: 'v2' }, ports),
    ],
    workloads: endpoints(0),
  })
  await mesh.startControl()
  const address = `127.${200 + Math.floor(Math.random() * 50)}.0.1`
  const sidecar = await mesh.startSidecar({ workload: 'web-v1', service: 'web', address, appPort: app.port })
  mesh.apply(route(50))
  await using load = new KeepAliveLoad({ port: sidecar.outbound, authority: 'app', body: 'ok' })
  await eventually(() => load.ended >= quiet)
  const quietP99Ms = percentile(load.tookMs, 0.99)
  load.tookMs = []
  const convergedMs: number[] = []

  for (let change = 0; change < changes; change++) {
    const changed = performance.now()
    const turn = change % (kinds.length + 1)
    const kind = kinds[turn]
    if (kind === undefined) {
      // An endpoint that is there twice, and then once more.
      mesh.setCatalog((catalog) => ({ ...catalog, sequence: catalog.sequence + 1, workloads: endpoints(change) }))
      const { length } = mesh.sent
      await eventually(() => mesh.sent.slice(length).some(({ type }) => type === 'endpoint'))
    } else {
      const revision = mesh.apply(kind(change))
      await eventually(() => mesh.inSync.get('web-v1') === revision)
      convergedMs.push(performance.now() - changed)
    }
    // Spread over the requests by itself, not over a time.
    await delay(spreadMs / changes)
    await eventually(() => load.ended >= quiet + ((total - quiet) * (change + 1)) / changes)
  }
  await load.stop()

  const figures = {
    quietP99Ms: Math.round(quietP99Ms),
    p99Ms: Math.round(percentile(load.tookMs, 0.99)),
    slowestConvergedMs: Math.round(Math.max(...convergedMs)),
  }
  console.log(JSON.stringify({ changes, requests: load.ended, ...figures }))
  expect(load.failures).toEqual([])
  expect(load.ended).toBeGreaterThanOrEqual(total)
  expect(figures.slowestConvergedMs).toBeLessThan(convergedMaxMs)
  if (spreadMs > 0) expect(figures.p99Ms).toBeLessThanOrEqual(quietP99Ms * p99RatioMax)
})
