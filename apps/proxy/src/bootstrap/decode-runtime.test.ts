import { create, type JsonObject } from '@bufbuild/protobuf'
import { LayeredRuntimeSchema } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { expect, test } from 'vitest'
import { RuntimeLayers } from '../runtime/runtime-layers.ts'
import { decodeRuntime } from './decode-runtime.ts'

const runtime = (...values: JsonObject[]) =>
  create(LayeredRuntimeSchema, {
    layers: values.map((value, index) => ({
      name: `layer-${index}`,
      layerSpecifier: { case: 'staticLayer' as const, value },
    })),
  })

test('values are read, nested or not, and of two layers the last one counts', () => {
  const { values } = new RuntimeLayers(
    decodeRuntime(
      runtime(
        { overload: { global_downstream_max_connections: 50_000 }, shift: { numerator: 3, denominator: 'MILLION' } },
        { 'overload.global_downstream_max_connections': '70', a: { b: {} } },
      ),
      '',
    ),
  )

  expect([...values].map(([key, { text, count, share }]) => [key, text, count, share])).toEqual([
    ['overload.global_downstream_max_connections', '70', 70, 0.7],
    ['shift', '{"numerator":3,"denominator":"MILLION"}', undefined, 0.000003],
    ['a.b', '{}', undefined, undefined],
  ])
})

test.each<[string, JsonObject, string]>([
  ['that moves nothing here', { 'envoy.reloadable_features.some': true }, '["envoy.reloadable_features.some"]: not'],
  ['that is written wrong', { upstream: { healthy_panic_treshold: 0 } }, '["upstream.healthy_panic_treshold"]: not'],
  ['that is no number', { 'overload.global_downstream_max_connections': 'many' }, '"many" is no number'],
  ['that is less than nothing', { 'circuit_breakers.up.default.max_requests': -1 }, '"-1" is no number'],
  ['that is no percentage', { 'fault.http.abort.abort_percent': 'all' }, '"all" is no percentage'],
  ['that is a list', { own: [1] }, '["own"]: is no value of a runtime'],
  ['that is nothing', { own: null }, '["own"]: is no value of a runtime'],
])('a value %s is refused by its path', (_what, values, reason) => {
  expect(() => decodeRuntime(runtime(values), '')).toThrow(reason)
  expect(() => decodeRuntime(runtime(values), '')).toThrow('layered_runtime.layers[0].static_layer[')
})

test('layers have names of their own, one is an administrator’s, and all say where they come from', () => {
  const layer = (name: string, layerSpecifier: object = { case: 'adminLayer', value: {} }) => ({ name, layerSpecifier })
  const decode = (...layers: object[]) => decodeRuntime(create(LayeredRuntimeSchema, { layers }), 'shop')

  expect(() => decode(layer(''))).toThrow('layered_runtime.layers[0].name: must not be empty')
  expect(() => decode(layer('a'), layer('a'))).toThrow('layered_runtime.layers[1].name: "a" is there twice')
  expect(() => decode(layer('a'), layer('b'))).toThrow('layered_runtime.layers[1].admin_layer: is there twice')
  expect(() => decode(layer('a', { case: undefined }))).toThrow('layered_runtime.layers[0]: says nothing')
  expect(() => decode(layer('a', { case: 'rtdsLayer', value: {} }))).toThrow('layers[0].rtds_layer.name: must not be')
  expect(() => decode(layer('a', { case: 'rtdsLayer', value: { name: 'flags' } }))).toThrow(
    'layers[0].rtds_layer.rtds_config: is required',
  )
})

test('a folder may have one for the cluster of the node in it, and is watched where it is', () => {
  const decode = (value: object, cluster = 'shop') =>
    decodeRuntime(
      create(LayeredRuntimeSchema, { layers: [{ name: 'a', layerSpecifier: { case: 'diskLayer', value } }] }),
      cluster,
    )
  const there = { symlinkRoot: '/tmp/runtime', subdirectory: 'over', appendServiceCluster: true }

  expect(decode(there)).toEqual([{ kind: 'disk', name: 'a', root: '/tmp/runtime', folder: '/tmp/runtime/over/shop' }])
  expect(() => decode({})).toThrow('layers[0].disk_layer.symlink_root: must not be empty')
  expect(() => decode({ symlinkRoot: '/nowhere/at/all' })).toThrow('symlink_root: /nowhere/at is not there')
  expect(() => decode(there, '')).toThrow('layers[0].disk_layer.append_service_cluster: needs node.cluster')
})
