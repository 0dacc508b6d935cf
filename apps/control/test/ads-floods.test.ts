import { once } from 'node:events'
import { connect, type Settings } from 'node:http2'
import { create, toBinary } from '@bufbuild/protobuf'
import { DeltaDiscoveryRequestSchema } from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { eventually } from '@heddle/testkit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillMesh } from './harness/fill-mesh.ts'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

const path = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources'
const typeUrl = 'type.googleapis.com/envoy.config.cluster.v3.Cluster'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
})
afterAll(() => control[Symbol.asyncDispose]())

test('a client that asks for the whole mesh on and on holds up nobody', async () => {
  await fillMesh(control)
  await eventually(async () => (await control.as('viewer', 'GET', '/graph')).body.nodes.length >= 1500)
  const session = connect(`http://127.0.0.1:${control.xdsPort}`)
  const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' })
  stream.on('error', () => undefined)
  const metadata = { NAMESPACE: 'shop', WORKLOAD_NAME: 'asking', SERVICE: 'asking' }
  stream.write(question({ node: { id: 'asking', userAgentName: 'heddle', metadata } }))
  await once(stream, 'data')

  const again = question({ resourceNamesUnsubscribe: ['*'] })
  stream.write(Buffer.concat(Array.from({ length: 60_000 }, () => again)))
  const startMs = performance.now()
  const statuses: number[] = []
  for (let index = 0; index < 10; index++) statuses.push((await control.as('viewer', 'GET', '/changes')).status)
  const tookMs = performance.now() - startMs
  session.destroy()

  expect(statuses).toEqual(Array.from({ length: 10 }, () => 200))
  // Read at once, the questions alone take ten seconds and more.
  expect(tookMs).toBeLessThan(5000)
})

/** One message of gRPC that asks for everything. */
function question(request: Parameters<typeof create<typeof DeltaDiscoveryRequestSchema>>[1]): Buffer {
  const asked = { typeUrl, resourceNamesSubscribe: ['*'], ...request }
  const bytes = toBinary(DeltaDiscoveryRequestSchema, create(DeltaDiscoveryRequestSchema, asked))
  const length = Buffer.alloc(5)
  length.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([length, bytes])
}

test('a connection has at most a thousand calls under way', async () => {
  const session = connect(`http://127.0.0.1:${control.xdsPort}`)

  const [settings] = (await once(session, 'remoteSettings')) as [Settings]
  session.destroy()

  expect(settings.maxConcurrentStreams).toBe(1000)
})
