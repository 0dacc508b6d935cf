import { create, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { Cluster_DiscoveryType, ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { expect, test } from 'vitest'
import { decodeHeld, noResources } from '../resources/held-resources.ts'
import { nothingWanted } from '../resources/wanted-names.ts'
import { takeUpdate } from './take-update.ts'

const options = { bindAddress: undefined, local: undefined, revision: '1' }

test('a cluster with a field that is newer than our protos is refused by its number, and the last good one stays', () => {
  const good = takeUpdate(noResources, update(cluster(1)), options)
  const newer = new BinaryWriter().tag(4999, WireType.Varint).uint32(1).finish()

  const taken = takeUpdate(good.held, update(Buffer.concat([cluster(2), newer])), options)

  expect(good.nack).toBeUndefined()
  expect(taken.nack).toBe('up: has a field with the number 4999, which is not known here')
  expect(taken.config.clusters.get('up')?.connectTimeoutMs).toBe(1000)
})

test('a route that is taken away goes on serving as long as it is asked for', () => {
  const wanted = { ...nothingWanted(), ads: { ...nothingWanted().ads, route: new Set(['table']) } }
  const table = toBinary(RouteConfigurationSchema, create(RouteConfigurationSchema, { name: 'table' }))
  const sent = {
    ...update(table),
    kind: 'route' as const,
    changed: new Map([['table', decodeHeld('route', '1', table)]]),
  }
  const here = takeUpdate(noResources, sent, { ...options, fixed: wanted })
  const away = { ...sent, changed: new Map(), removed: ['table'] }

  const kept = takeUpdate(here.held, away, { ...options, fixed: wanted })
  const forgotten = takeUpdate(kept.held, away, options)

  expect([...kept.config.routes.keys()]).toEqual(['table'])
  expect([...forgotten.config.routes.keys()]).toEqual([])
})

test('a cluster that is refused leaves the endpoints of the one that stays', () => {
  const clusters = takeUpdate(noResources, update(edsCluster()), options)
  const assignment = toBinary(ClusterLoadAssignmentSchema, create(ClusterLoadAssignmentSchema, { clusterName: 'up' }))
  const sent = {
    ...update(assignment),
    kind: 'assignment' as const,
    changed: new Map([['up', decodeHeld('assignment', '1', assignment)]]),
  }
  const whole = takeUpdate(clusters.held, sent, options)

  const taken = takeUpdate(whole.held, update(cluster(0)), options)

  expect(taken.nack).toContain('up: ')
  expect([...taken.held.assignment.keys()]).toEqual(['up'])
})

function edsCluster(): Uint8Array {
  return toBinary(
    ClusterSchema,
    create(ClusterSchema, {
      name: 'up',
      clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.EDS },
      edsClusterConfig: { edsConfig: { configSourceSpecifier: { case: 'ads', value: {} } } },
    }),
  )
}

function cluster(connectTimeoutS: number): Uint8Array {
  return toBinary(
    ClusterSchema,
    create(ClusterSchema, {
      name: 'up',
      clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.STATIC },
      loadAssignment: { clusterName: 'up' },
      connectTimeout: { seconds: BigInt(connectTimeoutS) },
    }),
  )
}

function update(bytes: Uint8Array) {
  return {
    kind: 'cluster' as const,
    nonce: '1',
    changed: new Map([['up', decodeHeld('cluster', '1', bytes)]]),
    removed: [],
    unreadable: [],
    version: '',
    ttlsMs: new Map(),
  }
}
