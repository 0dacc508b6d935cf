import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { create, type DescMessage, fromBinary, fromJson, toJson } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { anyRegistry } from './any-registry.fixture.ts'
import { buildSnapshot } from './build-snapshot.ts'
import { examplePolicies, exampleProxy, meshConfig } from './example-mesh.fixture.ts'
import type { ResourceSet } from './snapshot.ts'

// The whole output for the example mesh, so that a change of it is a diff that somebody reads.
// `HEDDLE_RENEW_GOLDEN=1 npx vitest run --project unit apps/control/src/snapshot/golden.test.ts` writes it anew.

const schemas = {
  cluster: ClusterSchema,
  endpoint: ClusterLoadAssignmentSchema,
  listener: ListenerSchema,
  route: RouteConfigurationSchema,
} as const

test.each(['heddle', 'grpc'] as const)(
  'the resources of the example mesh in the %s dialect are the golden ones',
  (dialect) => {
    const proxy = exampleProxy('payments', { dialect, rateLimitCluster: 'heddle-rate-limits' })
    const snapshot = buildSnapshot(meshConfig(examplePolicies()), proxy)

    const text = stringify({
      fingerprint: snapshot.fingerprint,
      cluster: readable(schemas.cluster, snapshot.sets.cluster),
      endpoint: readable(schemas.endpoint, snapshot.sets.endpoint),
      listener: readable(schemas.listener, snapshot.sets.listener),
      route: readable(schemas.route, snapshot.sets.route),
    })

    expect(text).toBe(golden(`${dialect}.yaml`, text))
  },
)

test('every resource survives the way through JSON, so no field is unknown to its schema', () => {
  const { sets } = buildSnapshot(meshConfig(examplePolicies()), exampleProxy('payments'))

  for (const type of ['cluster', 'endpoint', 'listener', 'route'] as const) {
    const schema: DescMessage = schemas[type]
    for (const { bytes } of sets[type].values()) {
      const message = fromBinary(schema, bytes)
      expect(fromJson(schema, toJson(schema, message, { registry: anyRegistry }), { registry: anyRegistry })).toEqual(
        create(schema, message),
      )
    }
  }
})

function readable(schema: DescMessage, set: ResourceSet): unknown[] {
  return [...set.values()].map(({ bytes }) => toJson(schema, fromBinary(schema, bytes), { registry: anyRegistry }))
}

function golden(name: string, text: string): string {
  const file = path.join(import.meta.dirname, 'golden', name)
  if (process.env.HEDDLE_RENEW_GOLDEN) writeFileSync(file, text)
  return readFileSync(file, 'utf8')
}
