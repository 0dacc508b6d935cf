import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { Cluster_DiscoveryType, ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { NodeSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import {
  DiscoveryRequestSchema,
  DiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { expect, test } from 'vitest'
import { allSteps } from '../clock/all-steps.ts'
import { type HeldResources, noResources, typeUrlOf } from '../resources/held-resources.ts'
import { SotwSession, type TakenVersions } from './sotw-session.ts'
import { adsScope } from './stream-scope.ts'
import { takeUpdate } from './take-update.ts'
import type { Update } from './xds-session.ts'

const node = create(NodeSchema, { id: 'web-1' })
const cluster = (name: string) =>
  toBinary(
    ClusterSchema,
    create(ClusterSchema, {
      name,
      clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.EDS },
      edsClusterConfig: { edsConfig: { configSourceSpecifier: { case: 'ads', value: {} } } },
    }),
  )
const assignment = (clusterName: string) =>
  toBinary(ClusterLoadAssignmentSchema, create(ClusterLoadAssignmentSchema, { clusterName }))

function response(kind: 'cluster' | 'assignment', version: string, resources: readonly Uint8Array[]): Uint8Array {
  return toBinary(
    DiscoveryResponseSchema,
    create(DiscoveryResponseSchema, {
      typeUrl: typeUrlOf[kind],
      versionInfo: version,
      nonce: `nonce of ${version}`,
      resources: resources.map((value) => ({ typeUrl: typeUrlOf[kind], value })),
    }),
  )
}

const said = (bytes: Uint8Array | undefined) => fromBinary(DiscoveryRequestSchema, bytes ?? new Uint8Array())

/** A stream with what it holds. */
function open(versions: TakenVersions = new Map(), held: HeldResources = noResources) {
  const session = new SotwSession({ node, scope: adsScope(), isNodeSaidOnce: true }, versions)
  const opening = session.open(held).map(said)
  const take = (bytes: Uint8Array) => {
    const update = allSteps(session.read(bytes, held)) as Update // of a type that is ours
    const taken = takeUpdate(held, update, { bindAddress: undefined, local: undefined, revision: 'none' })
    held = taken.held
    return { update, answer: said(taken.nack === undefined ? session.ack(update) : session.nack(update, taken.nack)) }
  }
  return { session, opening, take, held: () => held }
}

test('a stream opens with all clusters and listeners, and says once who is there', () => {
  const { opening } = open()

  expect(opening.map(({ typeUrl, resourceNames, versionInfo }) => [typeUrl, resourceNames, versionInfo])).toEqual([
    [typeUrlOf.cluster, [], ''],
    [typeUrlOf.listener, [], ''],
  ])
  expect(opening.map((request) => request.node?.id)).toEqual(['web-1', undefined])
})

test('endpoints are asked for by all their names, each time', () => {
  const stream = open()
  stream.take(response('cluster', '1', [cluster('a')]))
  const first = stream.session.subscribe(stream.held()).map(said)
  stream.take(response('cluster', '2', [cluster('a'), cluster('b')]))
  const second = stream.session.subscribe(stream.held()).map(said)

  expect(first.map(({ resourceNames }) => resourceNames)).toEqual([['a']])
  expect(second.map(({ resourceNames }) => resourceNames)).toEqual([['a', 'b']])
  expect(stream.session.subscribe(stream.held())).toEqual([])
})

test('a cluster that a response leaves out is gone; endpoints that a response leaves out stay', () => {
  const stream = open()
  stream.take(response('cluster', '1', [cluster('a'), cluster('b')]))
  stream.take(response('assignment', '1', [assignment('a'), assignment('b')]))
  const { update } = stream.take(response('assignment', '2', [assignment('a')]))

  expect(update.removed).toEqual([])
  expect([...stream.held().assignment.keys()]).toEqual(['a', 'b'])
  expect(stream.take(response('cluster', '2', [cluster('b')])).update.removed).toEqual(['a'])
  // With the cluster goes what only it named.
  expect([...stream.held().assignment.keys()]).toEqual(['b'])
})

test('what is the same as before stays the same object', () => {
  const stream = open()
  stream.take(response('cluster', '1', [cluster('a')]))
  const before = stream.held().cluster.get('a')
  const { update } = stream.take(response('cluster', '2', [cluster('a'), cluster('b')]))

  expect([...update.changed.keys()]).toEqual(['b'])
  expect(stream.held().cluster.get('a')).toBe(before)
})

test('what one response brought does not keep all of it in memory', () => {
  const stream = open()
  stream.take(response('cluster', '1', [cluster('a'), cluster('b')]))

  for (const { bytes } of stream.held().cluster.values()) expect(bytes.buffer.byteLength).toBe(bytes.length)
})

test('a refusal carries the reason, the response it is for, and the version that was taken before', () => {
  const stream = open()
  stream.take(response('cluster', '1', [cluster('a')]))
  const { answer } = stream.take(response('cluster', '2', [Buffer.from([0xff]), cluster('b')]))

  expect(answer.versionInfo).toBe('1')
  expect(answer.responseNonce).toBe('nonce of 2')
  expect(answer.errorDetail?.message).toContain('resource 1 of 2')
  // Whose bytes they were is unknown, so nothing counts as left out; what is good is taken.
  expect([...stream.held().cluster.keys()]).toEqual(['a', 'b'])
})

test('the next stream opens with the versions and names of what is held', () => {
  const versions: TakenVersions = new Map()
  const stream = open(versions)
  stream.take(response('cluster', '1', [cluster('a')]))
  stream.take(response('assignment', '5', [assignment('a')]))

  const { opening } = open(versions, stream.held())
  expect(
    opening.map(({ typeUrl, versionInfo, resourceNames, responseNonce }) => [
      typeUrl,
      versionInfo,
      resourceNames,
      responseNonce,
    ]),
  ).toEqual([
    [typeUrlOf.cluster, '1', [], ''],
    [typeUrlOf.listener, '', [], ''],
    [typeUrlOf.assignment, '5', ['a'], ''],
  ])
})

test('a response of a type that is not ours is left alone, and bytes that are none are an error', () => {
  const { session } = open()
  const foreign = create(DiscoveryResponseSchema, { typeUrl: 'type.googleapis.com/something.Else' })

  expect(allSteps(session.read(toBinary(DiscoveryResponseSchema, foreign), noResources))).toBeUndefined()
  expect(() => allSteps(session.read(Buffer.from([0xff, 0xff]), noResources))).toThrow()
})
