import { expect, test } from 'vitest'
import { describeProxy, type ProxyNode } from './describe-proxy.ts'

const metadata = {
  NAMESPACE: 'shop',
  WORKLOAD_NAME: 'payments-v2',
  SERVICE: 'payments',
  SERVICE_ACCOUNT: 'payments',
  INSTANCE_IPS: ['127.1.2.1'],
  LABELS: { app: 'payments', version: 'v2' },
  OUTBOUND: { address: '127.0.0.1', port: 9001 },
  INBOUND: [{ port: 8080, protocol: 'http', app: { address: '127.0.0.1', port: 9000 } }],
}

const node: ProxyNode = {
  id: 'sidecar~127.1.2.1~payments-v2-1.shop~shop.svc.cluster.local',
  userAgentName: 'heddle-proxy',
  metadata,
  locality: { region: 'local', zone: 'a' },
}

test('a sidecar says where it stands and what it takes over', () => {
  expect(describeProxy(node)).toEqual({
    kind: 'known',
    proxy: {
      nodeId: node.id,
      dialect: 'heddle',
      namespace: 'shop',
      workload: 'payments-v2',
      service: 'payments',
      serviceAccount: 'payments',
      labels: metadata.LABELS,
      instanceIps: metadata.INSTANCE_IPS,
      inbound: metadata.INBOUND,
      outbound: metadata.OUTBOUND,
      locality: node.locality,
    },
  })
})

test.each([
  ['envoy', 'envoy'],
  ['gRPC Go', 'grpc'],
  ['gRPC C-core linux Python', 'grpc'],
  ['gRPC Node Pure JS', 'grpc'],
  ['heddle-proxy', 'heddle'],
])('%s speaks the %s dialect', (userAgentName, dialect) => {
  expect(describeProxy({ ...node, userAgentName })).toMatchObject({ proxy: { dialect } })
})

test('metadata of other tools is left alone', () => {
  expect(describeProxy({ ...node, metadata: { ...metadata, ISTIO_VERSION: '1.28' } })).toMatchObject({ kind: 'known' })
})

test('a gRPC client needs no metadata', () => {
  const client = { ...node, userAgentName: 'gRPC Go', metadata: undefined, locality: undefined }

  expect(describeProxy(client)).toMatchObject({ proxy: { namespace: 'shop', inbound: [], outbound: undefined } })
  expect(describeProxy({ ...client, id: 'n1' })).toMatchObject({ proxy: { namespace: 'default' } })
})

test.each([
  ['no id', { ...node, id: '' }, /node.id/],
  ['no metadata', { ...node, metadata: undefined }, /NAMESPACE/],
  [
    'a port that is none',
    { ...node, metadata: { ...metadata, OUTBOUND: { address: '127.0.0.1', port: 0 } } },
    /OUTBOUND.port/,
  ],
  ['a host name as address', { ...node, metadata: { ...metadata, INSTANCE_IPS: ['localhost'] } }, /INSTANCE_IPS.0/],
  [
    'an unknown protocol',
    { ...node, metadata: { ...metadata, INBOUND: [{ ...metadata.INBOUND[0], protocol: 'udp' }] } },
    /INBOUND.0.protocol/,
  ],
  ['a region that no database can store', { ...node, locality: { region: 'a\0', zone: '' } }, /node.locality.region/],
  ['a zone of thousands of characters', { ...node, locality: { region: '', zone: 'z'.repeat(1000) } }, /locality.zone/],
  [
    'a name of a cluster that no database can store',
    { ...node, metadata: { ...metadata, TELEMETRY: { cluster: 'a\0' } } },
    /TELEMETRY.cluster/,
  ],
  [
    'more labels than anybody has',
    { ...node, metadata: { ...metadata, LABELS: Object.fromEntries(Array.from({ length: 129 }, (_, n) => [n, ''])) } },
    /LABELS: must be at most 128/,
  ],
])('a node with %s is refused with the field', (_, bad, reason) => {
  const described = describeProxy(bad)

  expect(described.kind === 'refused' && described.reason).toMatch(reason)
})
