import { create, toBinary } from '@bufbuild/protobuf'
import { Cluster_DiscoveryType, ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream, type Upstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { service } from '../src/snapshot/example-mesh.fixture.ts'
import { type ResourceType, resourceTypes } from '../src/xds/resource-type.ts'
import { MeshUnderTest, type Sidecar, twoServices } from './harness/mesh-under-test.ts'

// From a policy to the traffic: real snapshots over a real ADS server to real sidecar processes.
/** Resources that are valid messages and nothing that the proxy can run, by type; each under a name that carries traffic. */
const unusable: Record<ResourceType, (name: string) => Uint8Array> = {
  listener: (name) => toBinary(ListenerSchema, create(ListenerSchema, { name })),
  cluster: (name) =>
    toBinary(
      ClusterSchema,
      create(ClusterSchema, { name, clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.EDS } }),
    ),
  endpoint: (clusterName) =>
    toBinary(
      ClusterLoadAssignmentSchema,
      create(ClusterLoadAssignmentSchema, { clusterName, endpoints: [{ lbEndpoints: [{}] }] }),
    ),
  route: (name) =>
    toBinary(RouteConfigurationSchema, create(RouteConfigurationSchema, { name, virtualHosts: [{ name: 'a' }] })),
}

describe.each(['DELTA_GRPC', 'GRPC'] as const)('over ADS, api_type %s', (apiType) => {
  let mesh: MeshUnderTest
  let app: Upstream
  let web: Sidecar
  let payments: Sidecar

  beforeAll(async () => {
    app = await startUpstream(() => ({ body: 'charged' }))
    const { catalog, web: webAddress, payments: paymentsAddress } = twoServices()
    mesh = new MeshUnderTest(catalog, apiType)
    await mesh.startControl()
    ;[web, payments] = await Promise.all([
      mesh.startSidecar({ workload: 'web-v1', service: 'web', address: webAddress, appPort: app.port }),
      mesh.startSidecar({ workload: 'payments-v1', service: 'payments', address: paymentsAddress, appPort: app.port }),
    ])
  })

  afterAll(async () => {
    await mesh[Symbol.asyncDispose]()
    await app[Symbol.asyncDispose]()
  })

  /** Applies policies and waits until both sidecars have acknowledged them. */
  async function roll(yaml: string): Promise<number> {
    const revision = mesh.apply(yaml)
    await eventually(() => mesh.inSync.get('web-v1') === revision && mesh.inSync.get('payments-v1') === revision)
    return revision
  }

  test('a request goes through both sidecars to the workload', async () => {
    const { status, text } = await web.call('payments', '/charge', 'POST')

    expect(status).toBe(200)
    expect(text).toContain('charged')
    expect(app.seen.at(-1)).toMatchObject({
      method: 'POST',
      url: '/charge',
      headers: {
        'x-envoy-downstream-service-cluster': 'web.shop',
        traceparent: expect.any(String),
        'x-request-id': expect.any(String),
      },
    })
  })

  test('a client that offers TLS with every request, as the one of Apache for Java does, is served in plain text', async () => {
    const fields = 'Upgrade: TLS/1.2\r\nConnection: Upgrade, close'

    const { status, text } = await web.call('payments', '/charge', 'POST', fields)

    expect(status).toBe(200)
    expect(text).toContain('charged')
  })

  test.each(['payments', 'payments.shop', 'payments.shop.svc.cluster.local', 'payments:8080', 'PAYMENTS.shop.'])(
    '%s is the same service',
    async (host) => {
      expect((await web.call(host, '/')).status).toBe(200)
    },
  )

  test('an unknown service is a 404', async () => {
    expect((await web.call('nobody', '/')).status).toBe(404)
  })

  test('a fault for one caller and one path takes effect with its revision, and ends with the next', async () => {
    const revision = await roll(`
apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: charge, namespace: shop }
spec:
  targetRef: { group: "", kind: Service, name: payments }
  from: [{ service: web }]
  match: [{ path: { type: Exact, value: /charge } }]
  abort: { percentage: 100, httpStatus: 503 }
  duration: 1h
`)

    const charge = await web.call('payments', '/charge', 'POST')
    const other = await web.call('payments', '/methods')
    const metrics = await payments.metrics()
    await roll('')
    const after = await web.call('payments', '/charge', 'POST')

    expect([charge.status, other.status, after.status]).toEqual([503, 200, 200])
    expect(charge.text).toContain('fault filter abort')
    expect(metrics).toMatch(new RegExp(`response_flags="FI".*config_revision="${revision}"`))
  })

  test('a caller that no rule allows is refused, and the rule that let the other in is named by its policy', async () => {
    await roll(`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: payments-callers, namespace: shop }
spec:
  selector: { matchLabels: { app: payments } }
  action: ALLOW
  rules:
    - from: [{ source: { serviceAccounts: ["shop/web"] } }]
      to: [{ operation: { methods: [POST], paths: [/charge] } }]
`)

    const allowed = await web.call('payments', '/charge', 'POST')
    const refused = await web.call('payments', '/charge')
    await roll('')

    expect(allowed.status).toBe(200)
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('RBAC: access denied')
  })

  test('a service that leaves the catalog leaves the sidecar: its cluster, its endpoints and its routes', async () => {
    const guest = service('shop', 'guest', { app: 'payments' })
    mesh.setCatalog((catalog) => ({
      ...catalog,
      sequence: catalog.sequence + 1,
      services: [...catalog.services, guest],
    }))
    await eventually(async () => (await web.call('guest', '/')).status === 200)
    mesh.setCatalog((catalog) => ({
      ...catalog,
      sequence: catalog.sequence + 1,
      services: catalog.services.filter((each) => each !== guest),
    }))
    await eventually(async () => (await web.call('guest', '/')).status === 404)

    await eventually(
      async () => !(await (await fetch(`http://127.0.0.1:${web.admin}/config_dump`)).text()).includes('guest'),
    )
    expect((await web.call('payments', '/')).status).toBe(200)
    expect(mesh.answered.filter(({ kind }) => kind === 'nack')).toEqual([])
  })

  test.each(resourceTypes)(
    'a %s that the proxy cannot run is refused by name, and the last good one serves on',
    async (type) => {
      mesh.spoil = (target, { workload }) => {
        if (workload !== 'web-v1') return target
        const set = new Map(target.sets[type])
        for (const [name, resource] of set) {
          if (type !== 'cluster' && type !== 'endpoint')
            set.set(name, { ...resource, version: 'bad', bytes: unusable[type](name) })
          else if (name.startsWith('outbound|'))
            set.set(name, { ...resource, version: 'bad', bytes: unusable[type](name) })
        }
        return { ...target, sets: { ...target.sets, [type]: set } }
      }
      const before = mesh.answered.length
      const nacks = () => mesh.answered.slice(before).filter(({ kind }) => kind === 'nack')
      mesh.push()
      await eventually(() => nacks().length > 0)

      const during = await web.call('payments', '/')
      const told = nacks()
      mesh.spoil = (target) => target
      await roll('')
      const after = await web.call('payments', '/')

      expect([during.status, after.status]).toEqual([200, 200])
      // Once: what was refused is not sent again before it changes.
      expect(told).toEqual([expect.objectContaining({ workload: 'web-v1', type })])
      expect(told[0]?.reason).toMatch(/outbound|inbound/)
    },
  )

  test('without a control plane traffic goes on, a sidecar restarts from disk, and both follow again when it is back', async () => {
    await mesh.stopControl()

    const without = await web.call('payments', '/')
    await payments.restart()
    const restarted = await web.call('payments', '/')
    await mesh.startControl()
    const revision = mesh.apply('')
    await eventually(
      () => mesh.inSync.get('web-v1') === revision && mesh.inSync.get('payments-v1') === revision,
      40_000,
    )

    expect([without.status, restarted.status]).toEqual([200, 200])
  })
})
