import { once } from 'node:events'
import { connect } from 'node:tls'
import { create, createRegistry, fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { SecretSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import { createAuthority, type Pair } from '@heddle/testkit/certificates'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { type AdsServer, type Sent, startAdsServer } from './harness/ads-server.ts'
import { address, cluster, httpListener, route } from './harness/mesh.ts'
import { startWholeProxy, type WholeProxy } from './harness/start-whole-proxy.ts'

type Json = Record<string, unknown>

const authority = await createAuthority()
const first = await authority.issue([{ type: 'dns', value: 'first.test' }])
const second = await authority.issue([{ type: 'dns', value: 'second.test' }])
const registry = createRegistry(...typedExtensions)

test.for<'DELTA_GRPC' | 'GRPC'>(['DELTA_GRPC', 'GRPC'])(
  'over %s a listener waits for its secret, serves, and follows what is sent',
  async (apiType) => {
    await using upstream = await startUpstream()
    await using server = await startAdsServer()
    await using proxy = await startOver(server, apiType)
    await eventually(() => server.asked.some(({ type }) => type === 'Listener'))
    server.send(ClusterSchema.typeName, [message('Cluster', cluster('up', [upstream.port]))])
    server.send(ListenerSchema.typeName, [message('Listener', secured())])
    await eventually(() => server.asked.some(({ type, names }) => type === 'Secret' && names.includes('own')))
    const waiting = { listeners: proxy.traffic.listeners().size, for: proxy.traffic.secrets.follower?.awaiting }

    server.send(SecretSchema.typeName, [secret('own', first)])
    await eventually(() => proxy.traffic.listeners().has('in'))
    const names = [await nameAt(proxy)]
    server.send(SecretSchema.typeName, [secret('own', second)])
    await eventually(async () => (await nameAt(proxy)) === 'second.test', 1000)
    server.send(SecretSchema.typeName, [{ ...secret('own', first), bytes: broken() }])
    await eventually(() => server.asked.some(({ type, error }) => type === 'Secret' && error !== undefined))
    names.push(await nameAt(proxy))

    expect(waiting).toEqual({ listeners: 0, for: ['listener in'] })
    expect(names).toEqual(['first.test', 'second.test'])
    const refusal = server.asked.find(({ error }) => error !== undefined)?.error ?? ''
    expect(refusal).toContain('own: tls_certificate.private_key: is no private key in PEM')
    expect(JSON.stringify(server.asked)).not.toContain('PRIVATE KEY')
  },
)

test('a secret that a listener of the bootstrap names is asked for too', async () => {
  await using upstream = await startUpstream()
  await using server = await startAdsServer()
  await using proxy = await startOver(server, 'DELTA_GRPC', [secured()], [cluster('up', [upstream.port])])
  await eventually(() => server.asked.some(({ type, names }) => type === 'Secret' && names.includes('own')))

  server.send(SecretSchema.typeName, [secret('own', first)])
  await eventually(() => proxy.traffic.listeners().has('in'))

  expect(await nameAt(proxy)).toBe('first.test')
})

function startOver(
  { port }: AdsServer,
  apiType: string,
  listeners: readonly Json[] = [],
  clusters: readonly Json[] = [],
): Promise<WholeProxy> {
  const ads = { api_type: apiType, grpc_services: [{ envoy_grpc: { cluster_name: 'control' } }] }
  return startWholeProxy({
    node: { id: 'test', cluster: 'test.default' },
    admin: { address: address(0) },
    static_resources: { listeners, clusters: [...clusters, cluster('control', [port])] },
    dynamic_resources: { ads_config: ads, lds_config: { ads: {} }, cds_config: { ads: {} } },
  })
}

function message(kind: 'Cluster' | 'Listener', json: Json): Sent {
  const schema = kind === 'Cluster' ? ClusterSchema : ListenerSchema
  const parsed = fromJson(schema, json as JsonValue, { registry })
  return { name: String(json.name), bytes: toBinary(schema, parsed as never) } // one of the two
}

function secret(name: string, { certificate, key }: Pair): Sent {
  const inline = (value: string) => ({ specifier: { case: 'inlineString' as const, value } })
  const value = { certificateChain: inline(certificate), privateKey: inline(key) }
  const made = create(SecretSchema, { name, type: { case: 'tlsCertificate', value } })
  return { name, bytes: toBinary(SecretSchema, made) }
}

function broken(): Uint8Array {
  return secret('own', { certificate: first.certificate, key: first.key.replace(/[A-Za-z0-9+/]{40}/, 'x') }).bytes
}

function secured(): Json {
  const listener = { ...httpListener([route('up')]), address: address(0) } as Json
  const [chain] = listener.filter_chains as Json[]
  const context = { tls_certificate_sds_secret_configs: [{ name: 'own', sds_config: { ads: {} } }] }
  const typed = {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    common_tls_context: context,
  }
  return { ...listener, filter_chains: [{ ...chain, transport_socket: { name: 'tls', typed_config: typed } }] }
}

async function nameAt({ traffic }: WholeProxy): Promise<string> {
  const bound = traffic.address('in')
  const socket = connect({
    port: bound?.kind === 'tcp' ? bound.port : 0,
    host: '127.0.0.1',
    ca: authority.certificate,
    checkServerIdentity: () => undefined,
  })
  await once(socket, 'secureConnect')
  const name = socket.getPeerX509Certificate()?.subjectAltName ?? ''
  socket.destroy()
  return name.replace('DNS:', '')
}
