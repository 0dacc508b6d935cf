import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { RollingMesh } from './harness/rolling-mesh.ts'
import { type SidecarProcess, startSidecar } from './harness/start-sidecar.ts'
import { envoy, withEnvoy } from './harness/with-envoy.ts'

// A real Envoy as the data plane: it gets everything over ADS from a real control plane, and what a person approves acts
// on the traffic that it carries. One sidecar of the mesh is ours, so both kinds meet on the wire.

const split = (one: number, two: number) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments }]
  rules:
    - backendRefs: [{ name: payments-v1, port: 8080, weight: ${one} }, { name: payments-v2, port: 8080, weight: ${two} }]
`
const fault = `
apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: charge, namespace: shop }
spec:
  targetRef: { group: "", kind: Service, name: payments }
  from: [{ service: web }]
  match: [{ path: { type: Exact, value: /charge } }]
  abort: { percentage: 100, httpStatus: 503 }
  duration: 1h
`
const denial = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: no-admin, namespace: shop }
spec:
  selector: { matchLabels: { app: payments } }
  action: DENY
  rules:
    - from: [{ source: { serviceAccounts: [web] } }]
      to: [{ operation: { paths: ["/admin*"] } }]
`
const pool = (connectionsMax: number) => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments-v2, namespace: shop }
spec:
  host: payments-v2
  trafficPolicy: { connectionPool: { tcp: { maxConnections: ${connectionsMax} } } }
`

const refused = [
  'cluster_manager.cds.update_rejected',
  'listener_manager.lds.update_rejected',
  'http.outbound_http.rds.outbound_http.update_rejected',
  'http.inbound_8080.rds.inbound|8080.update_rejected',
] as const

describe.each(['DELTA_GRPC', 'GRPC'] as const)('Envoy over ADS, api_type %s', (apiType) => {
  let mesh: RollingMesh
  let web: SidecarProcess
  let paymentsOne: SidecarProcess
  let paymentsTwo: SidecarProcess
  let cart: SidecarProcess
  const net = `127.${randomInt(20, 200)}.${randomInt(1, 250)}`

  beforeAll(async () => {
    if (envoy === undefined) return
    mesh = await RollingMesh.start({
      web: { app: 'web' },
      cart: { app: 'cart' },
      payments: { app: 'payments' },
      'payments-v1': { app: 'payments', version: 'v1' },
      'payments-v2': { app: 'payments', version: 'v2' },
    })
    const upstream = async (name: string) => mesh.keep(await startUpstream(({ url }) => ({ body: `${name} ${url}` })))
    const control = mesh.control.xds
    const real = { program: { envoy }, control, apiType }
    const [one, two, three] = await Promise.all([upstream('v1'), upstream('v2'), upstream('cart')])
    ;[web, paymentsOne, paymentsTwo, cart] = await Promise.all([
      // The front takes requests too: callers that no catalog knows have no name in a policy.
      startSidecar({ ...real, app: 'web', address: `${net}.1`, appPort: one.port, hasRuntime: false }),
      startSidecar({ ...real, app: 'payments', address: `${net}.2`, appPort: one.port }),
      startSidecar({ ...real, app: 'payments', version: 'v2', address: `${net}.3`, appPort: two.port }),
      startSidecar({ program: 'heddle-proxy', control, app: 'cart', address: `${net}.4`, appPort: three.port }),
    ])
    for (const each of [web, paymentsOne, paymentsTwo, cart]) mesh.keep(each)
    await mesh.settled(4)
  })

  afterAll(() => mesh?.[Symbol.asyncDispose]())

  /** So many calls, one after the other: how often which answer came. */
  async function tally(caller: SidecarProcess, count: number, target = '/'): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (let index = 0; index < count; index++) {
      const { status, body } = await caller.call('payments', target)
      const key = status === 200 ? (body.split(' ')[0] ?? '') : String(status)
      counts[key] = (counts[key] ?? 0) + 1
    }
    return counts
  }

  /** Calls without a pause while `work` runs; returns what was not a 200. */
  async function failuresDuring(work: () => Promise<void>): Promise<{ failures: string[]; calls: number }> {
    const failures: string[] = []
    let calls = 0
    let isOver = false
    const caller = async (sidecar: SidecarProcess, service: string) => {
      while (!isOver) {
        calls++
        // At a pace that leaves the machine to the proxies.
        await delay(5)
        await sidecar.call(service, '/steady').then(
          ({ status, body }) => void (status === 200 || failures.push(`${service}: ${status} ${body}`)),
          (error: Error) => void failures.push(`${service}: ${error.message}`),
        )
      }
    }
    const callers = [caller(web, 'payments'), caller(web, 'payments'), caller(web, 'cart'), caller(cart, 'payments')]
    await work()
    isOver = true
    await Promise.all(callers)
    return { failures, calls }
  }

  withEnvoy('its listeners come up, it acknowledges every type, and nothing is refused', async () => {
    const shown = await mesh.proxy(paymentsOne)
    const { 'control_plane.connected_state': isConnected, ...counts } = await paymentsOne.stats(
      'control_plane.connected_state',
      ...refused,
    )

    expect(shown.summary).toMatchObject({ dialect: 'envoy', agent: 'envoy 1.40.0', state: 'acked' })
    expect(shown.types.map(({ ackedAt, nack }) => [typeof ackedAt, nack])).toEqual(Array(4).fill(['string', undefined]))
    expect(isConnected).toBe(1)
    expect(Object.values(counts)).toEqual([0, 0, 0, 0])
  })

  withEnvoy('requests go through two Envoys, and through one and our own proxy, either way', async () => {
    const both = await web.call('payments', '/a')
    const toOurs = await web.call('cart', '/b')
    const fromOurs = await cart.call('payments', '/c')

    expect([both.status, toOurs.status, fromOurs.status]).toEqual([200, 200, 200])
    expect([both.body, toOurs.body, fromOurs.body].map((body) => body.split(' ')[1])).toEqual(['/a', '/b', '/c'])
  })

  withEnvoy(
    'a fault acts on connections that are open, on the caller it names alone, and ends with its policy',
    async () => {
      await mesh.roll(fault)
      const hit = await tally(web, 5, '/charge')
      const others = [await web.call('payments', '/other'), await cart.call('payments', '/charge')]
      await mesh.roll('', [{ kind: 'FaultInjection', name: 'charge' }])
      const after = await tally(web, 5, '/charge')

      expect(hit).toEqual({ 503: 5 })
      expect(others.map(({ status }) => status)).toEqual([200, 200])
      expect(after).not.toHaveProperty('503')
    },
  )

  withEnvoy('a denial acts on connections that are open', async () => {
    await mesh.roll(denial)
    const denied = await tally(web, 5, '/admin/x')
    const others = [await web.call('payments', '/other'), await cart.call('payments', '/admin/x')]
    await mesh.roll('', [{ kind: 'AuthorizationPolicy', name: 'no-admin' }])
    const after = await web.call('payments', '/admin/x')

    expect(denied).toEqual({ 403: 5 })
    expect([...others, after].map(({ status }) => status)).toEqual([200, 200, 200])
  })

  withEnvoy('a split goes from 90/10 to 0/100 without a failed request', async () => {
    await mesh.roll(split(90, 10))
    const before = await tally(web, 200)
    const { failures } = await failuresDuring(() => mesh.roll(split(0, 100)))
    const after = await tally(web, 50)

    expect(before.v1).toBeGreaterThan(150)
    expect(before.v2).toBeGreaterThan(3)
    expect(failures).toEqual([])
    expect(after).toEqual({ v2: 50 })
  })

  withEnvoy('a changed cluster is acknowledged within a second: its endpoints come with it', async () => {
    await mesh.roll(pool(500))

    const { types } = await mesh.proxy(web)
    const clusters = types.find(({ typeUrl }) => typeUrl.endsWith('.Cluster'))
    const took = Date.parse(clusters?.ackedAt ?? '') - Date.parse(clusters?.sentAt ?? '')
    expect(took).toBeLessThan(1000)
    expect(await web.stats('cluster_manager.warming_clusters')).toEqual({ 'cluster_manager.warming_clusters': 0 })
  })

  withEnvoy(
    'no request fails over twenty changes of routes, clusters, faults and authorization',
    async () => {
      const { failures, calls } = await failuresDuring(async () => {
        for (let round = 0; round < 5; round++) {
          await mesh.roll(split(round % 2 === 0 ? 50 : 10, 50))
          await mesh.roll(pool(600 + round))
          await mesh.roll(fault)
          await mesh.roll(denial, [{ kind: 'FaultInjection', name: 'charge' }])
        }
      })

      expect(failures).toEqual([])
      expect(calls).toBeGreaterThan(200)
      expect(Object.values(await web.stats(...refused))).toEqual([0, 0, 0, 0])
      expect(Object.values(await paymentsTwo.stats(...refused))).toEqual([0, 0, 0, 0])
    },
    120_000,
  )

  withEnvoy(
    'the control plane is killed and comes back: no request fails, and nothing is replaced or warmed',
    async () => {
      const warm = [
        'cluster_manager.cluster_modified',
        'cluster_manager.cluster_removed',
        'listener_manager.listener_modified',
        'listener_manager.listener_create_success',
      ]
      const before = await web.stats(...warm)
      const { failures } = await failuresDuring(async () => {
        await mesh.control.kill()
        await eventually(
          async () => (await web.stats('control_plane.connected_state'))['control_plane.connected_state'] === 0,
        )
        await mesh.control.start()
        // Envoy comes back with jitter, after thirty seconds at the latest.
        await eventually(async () => {
          const all = await mesh.proxies()
          return all.length === 4 && all.every(({ state, isConnected }) => isConnected && state === 'acked')
        })
      })

      expect(failures).toEqual([])
      expect(await web.stats(...warm)).toEqual(before)
      expect((await web.stats('control_plane.connected_state'))['control_plane.connected_state']).toBe(1)
    },
  )

  withEnvoy(
    'what Envoy refuses is shown with its reason, the rollout stops, and what was last good serves on',
    async () => {
      // Right for us, and of more steps than an Envoy takes whose bootstrap does not say how many: web's.
      const id = await mesh.begin(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments }]
  rules:
    - matches: [{ path: { type: RegularExpression, value: "/[a-z]{1,200}" } }]
      backendRefs: [{ name: payments-v1, port: 8080 }]
`)
      await eventually(async () => (await mesh.rollout(id)).summary.state === 'paused')
      const { summary } = await mesh.rollout(id)
      const shown = await mesh.proxy(web)
      const during = await tally(web, 5)
      await mesh.control.as('approver', 'POST', `/rollouts/${summary.id}/rollback`, { reason: 'Envoy refuses it' })
      await mesh.settled(4)

      expect(summary).toMatchObject({ reason: 'nack', reasonText: expect.stringContaining('program size') })
      expect(shown.summary).toMatchObject({
        state: 'rejected',
        nack: { detail: expect.stringContaining('program size') },
      })
      expect(shown.types.find(({ nack }) => nack !== undefined)?.typeUrl).toMatch(/RouteConfiguration$/)
      expect(during).not.toHaveProperty('404')
      expect(Object.values(during).reduce((sum, count) => sum + count)).toBe(5)
    },
  )

  withEnvoy('a port that somebody else has is shown as the reason why a listener is not there', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(8080, `${net}.9`, resolve))
    await using blocked = await startSidecar({
      program: { envoy: envoy ?? '' },
      control: mesh.control.xds,
      apiType,
      app: 'refunds',
      address: `${net}.9`,
      appPort: 9,
      waits: false,
    })
    await eventually(async () => (await mesh.proxies()).some(({ state }) => state === 'rejected'))

    const { nack } = (await mesh.proxy(blocked)).summary
    taken.close()
    expect(nack?.typeUrl).toMatch(/Listener$/)
    expect(nack?.detail).toMatch(/inbound\|8080.*Address already in use/s)
  })
})
