import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { type Any, anyPack } from '@bufbuild/protobuf/wkt'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { TransportSocketSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import {
  DownstreamTlsContextSchema,
  UpstreamTlsContextSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/tls_pb'
import { eventually } from '@heddle/testkit/eventually'
import { KeepAliveLoad } from '@heddle/testkit/keep-alive-load'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import type { ResourceType } from '../src/xds/resource-type.ts'
import { MeshUnderTest, twoServices } from './harness/mesh-under-test.ts'

/** A resource as it was sent before, made into one that is a valid message and nothing that a proxy can run. */
type Spoil = (bytes: Uint8Array, at: number) => Uint8Array
type Bad = readonly [what: string, type: ResourceType, spoil: Spoil]

/** The resource with some of its fields set anew. */
function changed<Desc extends DescMessage>(schema: Desc, change: (at: number) => MessageInitShape<Desc>): Spoil {
  return (bytes, at) => {
    const fields = change(at)
    const made = create(schema, fields)
    const message = fromBinary(schema, bytes)
    for (const field of Object.keys(fields) as (keyof typeof message)[]) message[field] = made[field] // of its own schema
    return toBinary(schema, message)
  }
}

const noFile = (at: number) => ({ specifier: { case: 'filename' as const, value: `/nonexistent/${at}.crt` } })
const noCertificate = (at: number) => ({ tlsCertificates: [{ certificateChain: noFile(at), privateKey: noFile(at) }] })
const packed = (value: Any) => ({ name: 'tls', configType: { case: 'typedConfig' as const, value } })
const downstreamTls = (at: number) =>
  packed(
    anyPack(DownstreamTlsContextSchema, create(DownstreamTlsContextSchema, { commonTlsContext: noCertificate(at) })),
  )
const upstreamTls = (at: number) =>
  packed(anyPack(UpstreamTlsContextSchema, create(UpstreamTlsContextSchema, { commonTlsContext: noCertificate(at) })))
const badRoute = (at: number) =>
  create(RouteSchema, {
    match: { pathSpecifier: { case: 'safeRegex', value: { regex: `/(${at}` } } },
    action: { case: 'directResponse', value: { status: 200 } },
  })
const socket = (port: number) => ({
  address: {
    case: 'socketAddress' as const,
    value: { address: '127.0.0.1', portSpecifier: { case: 'portValue' as const, value: port } },
  },
})

const kinds = (takenPort: number): readonly Bad[] => [
  ['a port that is taken', 'listener', changed(ListenerSchema, () => ({ address: socket(takenPort) }))],
  ['no filter chain', 'listener', changed(ListenerSchema, () => ({ filterChains: [], defaultFilterChain: undefined }))],
  ['no address', 'listener', changed(ListenerSchema, () => ({ address: undefined }))],
  [
    'a certificate that is missing',
    'listener',
    (bytes, at) => {
      const listener = fromBinary(ListenerSchema, bytes)
      for (const chain of listener.filterChains)
        chain.transportSocket = create(TransportSocketSchema, downstreamTls(at))
      return toBinary(ListenerSchema, listener)
    },
  ],
  ['a connect timeout of nothing', 'cluster', changed(ClusterSchema, () => ({ connectTimeout: { seconds: 0n } }))],
  ['a certificate that is missing', 'cluster', changed(ClusterSchema, (at) => ({ transportSocket: upstreamTls(at) }))],
  ['a balancer of its own making', 'cluster', changed(ClusterSchema, () => ({ lbPolicy: 7 }))],
  [
    'an endpoint without an address',
    'endpoint',
    changed(ClusterLoadAssignmentSchema, () => ({ endpoints: [{ lbEndpoints: [{}] }] })),
  ],
  [
    'a host without a domain',
    'route',
    changed(RouteConfigurationSchema, (at) => ({ virtualHosts: [{ name: `h${at}` }] })),
  ],
  [
    'a regular expression that is none',
    'route',
    changed(RouteConfigurationSchema, (at) => ({
      virtualHosts: [{ name: 'bad', domains: ['*'], routes: [badRoute(at)] }],
    })),
  ],
]

/** Each kind so often, with another content. */
const times = 5

test('of fifty configurations that a proxy cannot run each is refused by name, and the one before serves every request', async () => {
  await using app = await startUpstream(() => ({ body: 'charged' }))
  await using taken = await startUpstream()
  const { catalog, web: webAddress, payments } = twoServices()
  await using mesh = new MeshUnderTest(catalog)
  await mesh.startControl()
  const web = await mesh.startSidecar({ workload: 'web-v1', service: 'web', address: webAddress, appPort: app.port })
  await mesh.startSidecar({ workload: 'payments-v1', service: 'payments', address: payments, appPort: app.port })
  await using load = new KeepAliveLoad({
    port: web.outbound,
    authority: 'payments',
    body: 'charged',
    connections: 4,
    pauseMs: 2,
  })
  const nacks = () => mesh.answered.filter(({ kind, workload }) => kind === 'nack' && workload === 'web-v1')
  const told: Record<string, number> = {}

  for (let at = 0; at < times; at++) {
    for (const [what, type, spoil] of kinds(taken.port)) {
      const before = nacks().length
      mesh.spoil = (target, { workload }) => {
        if (workload !== 'web-v1') return target
        const set = new Map(target.sets[type])
        const [name, resource] = [...set].find(([each]) => each.startsWith('outbound')) ?? []
        if (name === undefined || resource === undefined) throw new Error(`${type}: nothing to spoil`)
        set.set(name, { ...resource, version: `bad-${what}-${at}`, bytes: spoil(resource.bytes, at) })
        return { ...target, sets: { ...target.sets, [type]: set } }
      }
      mesh.push()
      await eventually(() => nacks().length > before).catch((error: Error) => {
        throw new Error(`${type} with ${what}: ${error.message}`)
      })
      const reason = nacks().at(-1)?.reason ?? ''
      if (nacks().length === before + 1 && /outbound/.test(reason))
        told[`${type}: ${what}`] = (told[`${type}: ${what}`] ?? 0) + 1
      mesh.spoil = (target) => target
      const revision = mesh.apply('')
      await eventually(() => mesh.inSync.get('web-v1') === revision)
    }
  }
  const { ended } = load
  await eventually(() => load.ended > ended + 100)
  await load.stop()

  console.log(JSON.stringify({ refused: nacks().length, requests: load.ended }))
  expect(told).toEqual(Object.fromEntries(kinds(0).map(([what, type]) => [`${type}: ${what}`, times])))
  expect(load.failures).toEqual([])
}, 240_000)
