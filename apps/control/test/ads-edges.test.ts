import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { Client, type ClientDuplexStream, credentials, type ServiceError, status } from '@grpc/grpc-js'
import {
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { eventually } from '@heddle/testkit/eventually'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { AdsProxy } from './harness/ads-proxy.ts'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

const path = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources'
const clusters = 'type.googleapis.com/envoy.config.cluster.v3.Cluster'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
  await register('payments')
})
afterAll(() => control[Symbol.asyncDispose]())

const opened: Client[] = []
afterEach(() => {
  for (const client of opened.splice(0)) client.close()
})

const register = (name: string) =>
  control.as('editor', 'PUT', `/catalog/services/shop/${name}`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 8080 }] },
  })

type Request = Parameters<typeof create<typeof DeltaDiscoveryRequestSchema>>[1]

/** A stream that says exactly what a test wants. */
function open() {
  const client = new Client(`127.0.0.1:${control.xdsPort}`, credentials.createInsecure())
  opened.push(client)
  const bytes = (value: Buffer) => value
  const stream: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(path, bytes, bytes)
  const responses: { readonly nonce: string; readonly names: string[] }[] = []
  let ended: number | undefined
  stream.on('error', (error: ServiceError) => {
    ended = error.code
  })
  stream.on('data', (data: Buffer) => {
    const { nonce, resources } = fromBinary(DeltaDiscoveryResponseSchema, data)
    responses.push({ nonce, names: resources.map(({ name }) => name) })
  })
  return {
    stream,
    responses,
    send: (request: Request) =>
      stream.write(Buffer.from(toBinary(DeltaDiscoveryRequestSchema, create(DeltaDiscoveryRequestSchema, request)))),
    ends: async () => {
      await eventually(() => ended !== undefined)
      return ended
    },
  }
}

const node = (id: string, ip = '10.9.9.9') => ({
  id,
  userAgentName: 'heddle',
  metadata: {
    NAMESPACE: 'shop',
    WORKLOAD_NAME: 'payments',
    SERVICE: 'payments',
    INSTANCE_IPS: [ip],
    LABELS: { app: 'payments' },
    INBOUND: [{ port: 8080, protocol: 'http', app: { address: '127.0.0.1', port: 9000 } }],
  },
})

// Twenty thousand of four mebibytes would be kept with their stream.
const longName = 'x'.repeat(513)
const refused: readonly (readonly [string, Request | Buffer])[] = [
  ['of a type that is not served', { typeUrl: 'type.googleapis.com/envoy.made.Up', node: node('a') }],
  ['without a type', { node: node('a') }],
  ['without a node', { typeUrl: clusters }],
  ['with an empty node id', { typeUrl: clusters, node: node('') }],
  ['with a node id that is no text', { typeUrl: clusters, node: node('a\0b') }],
  ['with an instance that has no address', { typeUrl: clusters, node: node('a', 'nowhere') }],
  ['of more parts than anybody needs', { typeUrl: clusters, node: node('a'), initialResourceVersions: manyVersions() }],
  ['with a name longer than any of ours', { typeUrl: clusters, node: node('a'), resourceNamesSubscribe: [longName] }],
  ['that lets go of such a name', { typeUrl: clusters, node: node('a'), resourceNamesUnsubscribe: [longName] }],
  ['of bytes that are no request', Buffer.from([0xff, 0xff, 0xff])],
]

function manyVersions(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`c${index}`, '1']))
}

test.each(refused)('a request %s ends its stream with INVALID_ARGUMENT, and no other', async (_what, request) => {
  using other = new AdsProxy(`127.0.0.1:${control.xdsPort}`, 'payments', 7)
  await eventually(async () => (await stateOf(other.id)) === 'acked')
  const { stream, send, ends } = open()

  if (Buffer.isBuffer(request)) stream.write(request)
  else send(request)

  expect(await ends()).toBe(status.INVALID_ARGUMENT)
  expect(await stateOf(other.id)).toBe('acked')
})

test('a proxy whose bootstrap names nobody to report to, or to ask for limits, is warned of in the API', async () => {
  using bare = new AdsProxy(`127.0.0.1:${control.xdsPort}`, 'payments', 9)
  await eventually(async () => (await stateOf(bare.id)) === 'acked')

  const { body } = await control.as('viewer', 'GET', `/proxies/${bare.id}`)

  expect(body.summary.warnings).toMatchObject([
    { code: 'no_telemetry', fix: expect.stringContaining('node.metadata.TELEMETRY.cluster') },
    { code: 'no_mesh_limits', fix: expect.stringContaining('node.metadata.RATE_LIMITS.cluster') },
  ])
})

// ISTIO-SECURITY-2022-004: one message of a stranger ended the control plane.
test('a message of more than four mebibytes ends its stream, and nothing else', async () => {
  using other = new AdsProxy(`127.0.0.1:${control.xdsPort}`, 'payments', 8)
  await eventually(async () => (await stateOf(other.id)) === 'acked')
  const { stream, ends } = open()

  stream.write(Buffer.alloc(5 * 1024 * 1024, 'x'))

  expect(await ends()).toBe(status.RESOURCE_EXHAUSTED)
  expect(await stateOf(other.id)).toBe('acked')
})

async function stateOf(id: string): Promise<string | undefined> {
  const { items } = (await control.as('viewer', 'GET', '/proxies')).body
  return items.find((proxy: { id: string }) => proxy.id === id)?.state
}

test('a client that lets go of names without end, and acknowledges nothing, is cut off', async () => {
  const { send, responses, ends } = open()
  send({ node: node('letting-go'), typeUrl: clusters })
  await eventually(() => responses.length > 0)

  for (let round = 0; round < 3; round++) {
    const names = Array.from({ length: 15_000 }, (_each, index) => `name-${round}-${index}`)
    send({ typeUrl: clusters, resourceNamesUnsubscribe: names })
  }

  expect(await ends()).toBe(status.RESOURCE_EXHAUSTED)
})

test('an acknowledgement of what was never sent, or was sent before, changes nothing', async () => {
  const { send, responses } = open()
  send({ typeUrl: clusters, node: node('nonces'), resourceNamesSubscribe: ['*'] })
  await eventually(() => responses.length === 1)

  send({ typeUrl: clusters, responseNonce: 'made-up' })
  send({ typeUrl: clusters, responseNonce: '999', errorDetail: { code: 3, message: 'no' } })
  await register('nonces')
  const { body } = await control.as('viewer', 'GET', '/proxies/nonces')
  send({ typeUrl: clusters, responseNonce: responses[0]?.nonce ?? '' })
  await eventually(() => responses.length > 1)

  // It was still waiting for the answer to the first: nothing was taken for one.
  expect(body.nackHistory).toEqual([])
  expect(responses[1]?.nonce).not.toBe(responses[0]?.nonce)
})

test('a refusal in words that no database can store keeps nobody from being remembered', async () => {
  const { send, responses } = open()
  send({ typeUrl: clusters, node: node('bad-words'), resourceNamesSubscribe: ['*'] })
  await eventually(() => responses.length === 1)
  send({ typeUrl: clusters, responseNonce: responses[0]?.nonce ?? '', errorDetail: { code: 3, message: 'no\0thing' } })
  await eventually(async () => (await control.as('viewer', 'GET', '/proxies/bad-words')).body.nackHistory.length === 1)

  using _other = new AdsProxy(`127.0.0.1:${control.xdsPort}`, 'payments', 6)

  await eventually(async () => {
    const rows = await control.sql("SELECT 1 FROM connected_proxies WHERE id IN ('bad-words', 'payments-6')")
    return rows.length === 2
  })
  const { body } = await control.as('viewer', 'GET', '/proxies/bad-words')
  expect(body.nackHistory).toMatchObject([{ detail: 'nothing' }])
})

test('a second stream that says something else under the name of a proxy is refused and written down; the first goes on', async () => {
  const first = open()
  first.send({ typeUrl: clusters, node: node('twice'), resourceNamesSubscribe: ['*'] })
  await eventually(() => first.responses.length === 1)
  const second = open()

  second.send({ typeUrl: clusters, node: node('twice', '10.6.6.6'), resourceNamesSubscribe: ['*'] })

  expect(await second.ends()).toBe(status.ALREADY_EXISTS)
  expect((await control.as('viewer', 'GET', '/proxies/twice')).body.summary.address).toBe('10.9.9.9')
  await eventually(
    async () => (await control.as('admin', 'GET', '/audit?subject=proxy:twice&outcome=denied')).body.items.length === 1,
  )
  first.send({ typeUrl: clusters, responseNonce: first.responses[0]?.nonce ?? '' })
  await eventually(async () => (await stateOf('twice')) === 'acked')
})

test('a second channel of the same proxy is served, and its end leaves the proxy connected', async () => {
  const first = open()
  first.send({ typeUrl: clusters, node: node('channels'), resourceNamesSubscribe: ['*'] })
  const second = open()
  second.send({ typeUrl: clusters, node: node('channels'), resourceNamesSubscribe: ['*'] })
  await eventually(() => first.responses.length === 1 && second.responses.length === 1)

  second.stream.cancel()
  await second.ends()

  expect((await control.as('viewer', 'GET', '/proxies/channels')).body.summary.isConnected).toBe(true)
})

test('a client that does not read holds up nobody, and then gets the newest state and not every one', async () => {
  const slow = open()
  slow.stream.pause()
  slow.send({ typeUrl: clusters, node: node('slow'), resourceNamesSubscribe: ['*'] })
  using quick = new AdsProxy(`127.0.0.1:${control.xdsPort}`, 'payments', 8)
  await eventually(async () => (await stateOf(quick.id)) === 'acked')

  for (let index = 0; index < 60; index++) await register(`many-${index}`)
  await eventually(async () => (await stateOf(quick.id)) === 'acked')
  slow.stream.on('data', () => slow.send({ typeUrl: clusters, responseNonce: slow.responses.at(-1)?.nonce ?? '' }))
  slow.stream.resume()
  await eventually(() => slow.responses.some(({ names }) => names.some((name) => name.includes('many-59'))))

  expect(slow.responses.length).toBeLessThan(6)
})
