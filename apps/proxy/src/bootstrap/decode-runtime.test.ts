import { create, type JsonObject } from '@bufbuild/protobuf'
import { LayeredRuntimeSchema } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { expect, test } from 'vitest'
import { decodeRuntime } from './decode-runtime.ts'

const runtime = (...values: JsonObject[]) =>
  create(LayeredRuntimeSchema, {
    layers: values.map((value) => ({ name: 'a', layerSpecifier: { case: 'staticLayer' as const, value } })),
  })

test('limits of connections are read, nested or not, and of two layers the last one counts', () => {
  const { connectionsMax, listenerConnectionsMax } = decodeRuntime(
    runtime(
      {
        overload: { global_downstream_max_connections: 50_000 },
        'envoy.resource_limits.listener.a.b.connection_limit': 5,
      },
      {
        'overload.global_downstream_max_connections': '70',
        envoy: { resource_limits: { listener: { web: { connection_limit: 0 } } } },
      },
    ),
  )

  expect(connectionsMax).toBe(70)
  expect([...listenerConnectionsMax]).toEqual([
    ['a.b', 5],
    ['web', 0],
  ])
})

test('the size of patterns may be set, as it is no matter of ours, and an empty layer for administrators', () => {
  const admin = create(LayeredRuntimeSchema, {
    layers: [{ name: 'a', layerSpecifier: { case: 'adminLayer', value: {} } }],
  })

  expect(decodeRuntime(runtime({ 're2.max_program_size.error_level': 1000 })).connectionsMax).toBeUndefined()
  expect(decodeRuntime(admin).connectionsMax).toBeUndefined()
})

test('every other setting is refused by name, and so is a layer from elsewhere', () => {
  const disk = create(LayeredRuntimeSchema, {
    layers: [{ name: 'a', layerSpecifier: { case: 'diskLayer', value: {} } }],
  })

  expect(() => decodeRuntime(runtime({ upstream: { healthy_panic_threshold: 0 } }))).toThrow(
    'layered_runtime.layers[0].static_layer["upstream.healthy_panic_threshold"]: not supported yet',
  )
  expect(() => decodeRuntime(runtime({ overload: { global_downstream_max_connections: 'many' } }))).toThrow(
    'layered_runtime.layers[0].static_layer["overload.global_downstream_max_connections"]: "many" is no number of connections',
  )
  expect(() => decodeRuntime(disk)).toThrow(
    'layered_runtime.layers[0]: only a static_layer and an admin_layer are supported',
  )
})
