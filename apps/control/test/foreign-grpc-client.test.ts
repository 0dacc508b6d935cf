import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { create, toBinary } from '@bufbuild/protobuf'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { Cluster_LbPolicy, ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { rawUnary } from '@heddle/shared/xds/raw-bytes'
import { eventually } from '@heddle/testkit/eventually'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { service, workload } from '../src/snapshot/example-mesh.fixture.ts'
import { type ResourceType, resourceTypes } from '../src/xds/resource-type.ts'
import { MeshUnderTest } from './harness/mesh-under-test.ts'

/** A real gRPC server that says its name. */
async function startEcho(name: string, address: string): Promise<{ server: Server; port: number }> {
  const server = new Server()
  const definition = {
    Who: {
      path: '/test.Echo/Who',
      ...rawUnary,
    },
  } as const
  server.addService(definition, {
    Who: (_call: unknown, answer: (error: null, bytes: Buffer) => void) => answer(null, Buffer.from(name)),
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
  return { server, port }
}

const route = (one: number, two: number) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: echo, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: echo, port: 9090 }]
  rules:
    - backendRefs: [{ name: echo-v1, port: 9090, weight: ${one} }, { name: echo-v2, port: 9090, weight: ${two} }]
`

/** A gRPC client has no workload's name; it is known as nobody. */
const client = ''

let mesh: MeshUnderTest
let calls: (count: number) => Promise<Record<string, number>>
const ended: (() => void)[] = []

beforeAll(async () => {
  const net = `127.${30 + Math.floor(Math.random() * 60)}.${Math.floor(Math.random() * 200)}`
  const one = await startEcho('v1', `${net}.1:0`)
  const two = await startEcho('v2', `${net}.2:${one.port}`)
  const ports = [{ name: 'grpc', port: 9090, targetPort: one.port }]
  mesh = new MeshUnderTest({
    sequence: 1,
    services: [
      service('shop', 'echo', { app: 'echo' }, ports),
      service('shop', 'echo-v1', { app: 'echo', version: 'v1' }, ports),
      service('shop', 'echo-v2', { app: 'echo', version: 'v2' }, ports),
    ],
    workloads: [
      workload('shop', 'echo', 'v1', `${net}.1`, { isProxied: false }),
      workload('shop', 'echo', 'v2', `${net}.2`, { isProxied: false }),
    ],
  })
  await mesh.startControl()
  mesh.apply(route(90, 10))
  const program = path.join(import.meta.dirname, 'harness/grpc-xds-client.mjs')
  const child = spawn(process.execPath, [program, 'xds:///echo.shop.svc:9090'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      GRPC_XDS_BOOTSTRAP_CONFIG: JSON.stringify({
        xds_servers: [{ server_uri: `127.0.0.1:${mesh.xdsPort}`, channel_creds: [{ type: 'insecure' }] }],
        node: { id: 'grpc-client-1', cluster: 'test', locality: { region: 'local', zone: 'a' } },
      }),
    },
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  calls = async (count) => {
    child.stdin.write(`${count}\n`)
    return JSON.parse((await lines.next()).value ?? '{}') as Record<string, number>
  }
  ended.push(
    () => child.kill(),
    () => one.server.forceShutdown(),
    () => two.server.forceShutdown(),
  )
})

afterAll(async () => {
  for (const end of ended) end()
  await mesh[Symbol.asyncDispose]()
})

const nacks = () => mesh.answered.filter(({ kind }) => kind === 'nack')

test('an unmodified gRPC client follows a split from 90/10 to 0/100 without a failed call', async () => {
  const before = await calls(400)
  mesh.apply(route(0, 100))
  // Calls go on while the change travels; none may fail.
  const during = await calls(400)
  const after = await calls(200)

  expect(before.v1).toBeGreaterThan(320)
  expect(before.v2).toBeGreaterThan(10)
  expect((during.v1 ?? 0) + (during.v2 ?? 0)).toBe(400)
  expect(after).toEqual({ v2: 200 })
  expect(nacks()).toEqual([])
})

/** What the client refuses, by type; each under a name that its calls go through. */
const unusable: Record<ResourceType, (name: string) => Uint8Array> = {
  listener: (name) => toBinary(ListenerSchema, create(ListenerSchema, { name })),
  cluster: (name) => toBinary(ClusterSchema, create(ClusterSchema, { name, lbPolicy: Cluster_LbPolicy.MAGLEV })),
  endpoint: (clusterName) =>
    toBinary(
      ClusterLoadAssignmentSchema,
      // A locality without a name.
      create(ClusterLoadAssignmentSchema, { clusterName, endpoints: [{ loadBalancingWeight: 1 }] }),
    ),
  route: (name) =>
    toBinary(
      RouteConfigurationSchema,
      create(RouteConfigurationSchema, {
        name,
        virtualHosts: [
          {
            name,
            domains: ['*'],
            routes: [
              {
                match: { pathSpecifier: { case: 'prefix', value: '' } },
                action: { case: 'redirect', value: {} },
              },
            ],
          },
        ],
      }),
    ),
}

test.each(resourceTypes)('a %s that a gRPC client refuses is told once, and its calls go on', async (type) => {
  mesh.spoil = (target) => {
    const spoilt = [...target.sets[type]].map(
      ([name, resource]) => [name, { ...resource, version: 'bad', bytes: unusable[type](name) }] as const,
    )
    return { ...target, sets: { ...target.sets, [type]: new Map(spoilt) } }
  }
  const before = nacks().length
  mesh.push()
  await eventually(() => nacks().length > before)

  const during = await calls(50)
  const told = nacks().slice(before)
  mesh.spoil = (target) => target
  const revision = mesh.apply(route(0, 100))
  await eventually(() => mesh.inSync.get(client) === revision)

  expect(during).toEqual({ v2: 50 })
  expect(told).toEqual([expect.objectContaining({ type, reason: expect.stringMatching(/./) })])
  expect(await calls(50)).toEqual({ v2: 50 })
})

test('after a reconnect each type is sent once, as names do not say what the client has kept, and no call fails', async () => {
  await mesh.stopControl()
  const without = await calls(50)
  const before = mesh.sent.length
  await mesh.startControl()
  const sent = () => mesh.sent.slice(before).map(({ type }) => type)
  await eventually(() => resourceTypes.every((type) => sent().includes(type)))
  const after = await calls(50)
  const again = sent()
  const refused = nacks().length
  const revision = mesh.apply(route(50, 50))
  await eventually(() => mesh.inSync.get(client) === revision)

  expect([without, after]).toEqual([{ v2: 50 }, { v2: 50 }])
  expect(again.sort()).toEqual([...resourceTypes].sort())
  expect(nacks().length).toBe(refused)
})

const weight = fc.integer({ min: 0, max: 1000 })
const callPath = fc.constantFrom('/', '/test.Echo', '/test.Echo/Who', '/other')
const rule = fc.record({
  matches: fc.array(
    fc.record(
      {
        path: fc.oneof(
          fc.record({ type: fc.constantFrom('Exact', 'PathPrefix'), value: callPath }),
          fc.constantFrom(
            { type: 'RegularExpression', value: '/test\\.[A-Z][a-z]{1,300}/.*' },
            { type: 'RegularExpression', value: '(?i)/TEST.*' },
          ),
        ),
        headers: fc.constantFrom(
          [{ name: 'x-user', value: 'a' }],
          [{ name: 'x-user', type: 'RegularExpression', value: 'a+' }],
        ),
        queryParams: fc.constant([{ name: 'q', value: '1' }]),
        method: fc.constantFrom('POST', 'GET'),
      },
      { requiredKeys: [] },
    ),
    { minLength: 1, maxLength: 3 },
  ),
  backendRefs: fc.tuple(weight, weight).map(([one, two]) => [
    { name: 'echo-v1', port: 9090, weight: one },
    { name: 'echo-v2', port: 9090, weight: two },
  ]),
  timeouts: fc.constantFrom(undefined, { request: '5s' }, { request: '0s' }, { request: '3s', backendRequest: '1s' }),
  retry: fc.constantFrom(undefined, { attempts: 0 }, { attempts: 3, backoff: '50ms' }, { codes: [503], attempts: 1 }),
})
const traffic = fc.record(
  {
    loadBalancer: fc.constantFrom({ simple: 'ROUND_ROBIN' }, { simple: 'LEAST_REQUEST' }, { simple: 'RANDOM' }),
    connectionPool: fc.record({
      tcp: fc.constantFrom({ maxConnections: 5 }, { connectTimeout: '1s' }),
      http: fc.constantFrom({ http2MaxRequests: 50 }, { http1MaxPendingRequests: 9, maxRetries: 2 }),
    }),
    outlierDetection: fc.constantFrom({ consecutive5xxErrors: 3, interval: '5s' }, { consecutive5xxErrors: 0 }),
  },
  { requiredKeys: [] },
)
const fault = fc.record({ percentage: fc.constantFrom(0, 0.5, 100), fixedDelay: fc.constantFrom('1ms', '20ms') })
/** Policies of all kinds that a gRPC client may meet, as YAML. */
const mixture = fc
  .record({
    rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
    traffic,
    fault: fc.option(fault, { nil: undefined }),
  })
  .map(({ rules, traffic: trafficPolicy, fault: delay }) => {
    const metadata = { name: 'echo', namespace: 'shop' }
    const objects: unknown[] = [
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata,
        spec: { parentRefs: [{ group: '', kind: 'Service', name: 'echo', port: 9090 }], rules },
      },
      {
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        metadata,
        spec: { host: 'echo-v1', trafficPolicy },
      },
    ]
    if (delay !== undefined)
      objects.push({
        apiVersion: 'heddle.dev/v1alpha1',
        kind: 'FaultInjection',
        metadata,
        spec: { targetRef: { group: '', kind: 'Service', name: 'echo' }, delay, duration: '1h' },
      })
    return objects.map((each) => stringify(each, { aliasDuplicateObjects: false })).join('---\n')
  })

test('fifty random valid snapshots are all acknowledged by a gRPC client', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const before = nacks().length
  // Its channel connects with the first call.
  await calls(1)
  for (const [index, yaml] of fc.sample(mixture, { numRuns: 50, seed }).entries()) {
    const revision = mesh.apply(yaml)
    await eventually(() => mesh.inSync.get(client) === revision || nacks().length > before, 10_000)
    expect(nacks().slice(before), `seed ${seed}, snapshot ${index}\n${yaml}`).toEqual([])
  }
  const revision = mesh.apply(route(0, 100))
  await eventually(() => mesh.inSync.get(client) === revision)

  // It may still be connecting where the snapshot before had sent nothing.
  await eventually(async () => (await calls(1)).v2 === 1, 10_000)
  expect(await calls(50), `seed ${seed}`).toEqual({ v2: 50 })
})
