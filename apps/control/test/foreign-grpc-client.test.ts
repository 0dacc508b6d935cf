import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { expect, test } from 'vitest'
import { service, workload } from '../src/snapshot/example-mesh.fixture.ts'
import { MeshUnderTest } from './harness/mesh-under-test.ts'

/** A real gRPC server that says its name. */
async function startEcho(name: string, address: string): Promise<{ server: Server; port: number }> {
  const server = new Server()
  const raw = (bytes: Buffer) => bytes
  const definition = {
    Who: {
      path: '/test.Echo/Who',
      requestStream: false,
      responseStream: false,
      requestSerialize: raw,
      requestDeserialize: raw,
      responseSerialize: raw,
      responseDeserialize: raw,
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

test('an unmodified gRPC client follows a split from 90/10 to 0/100 without a failed call', async () => {
  const net = `127.${30 + Math.floor(Math.random() * 60)}.${Math.floor(Math.random() * 200)}`
  const one = await startEcho('v1', `${net}.1:0`)
  const two = await startEcho('v2', `${net}.2:${one.port}`)
  const ports = [{ name: 'grpc', port: 9090, targetPort: one.port }]
  await using mesh = new MeshUnderTest({
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
  const client = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'harness/grpc-xds-client.mjs'), 'xds:///echo.shop.svc:9090'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        GRPC_XDS_BOOTSTRAP_CONFIG: JSON.stringify({
          xds_servers: [{ server_uri: `127.0.0.1:${mesh.xdsPort}`, channel_creds: [{ type: 'insecure' }] }],
          node: { id: 'grpc-client-1', cluster: 'test', locality: { region: 'local', zone: 'a' } },
        }),
      },
    },
  )
  const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]()
  const calls = async (count: number) => {
    client.stdin.write(`${count}\n`)
    return JSON.parse((await lines.next()).value ?? '{}') as Record<string, number>
  }

  const before = await calls(400)
  mesh.apply(route(0, 100))
  // Calls go on while the change travels; none may fail.
  const during = await calls(400)
  const after = await calls(200)
  client.kill()
  one.server.forceShutdown()
  two.server.forceShutdown()

  expect(before.v1).toBeGreaterThan(320)
  expect(before.v2).toBeGreaterThan(10)
  expect((during.v1 ?? 0) + (during.v2 ?? 0)).toBe(400)
  expect(after).toEqual({ v2: 200 })
  expect(mesh.answered.filter(({ kind }) => kind === 'nack')).toEqual([])
})
