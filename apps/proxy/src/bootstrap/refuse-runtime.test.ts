import { create } from '@bufbuild/protobuf'
import { LayeredRuntimeSchema } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { expect, test } from 'vitest'
import { refuseRuntime } from './refuse-runtime.ts'

const layer = (value: Record<string, number>) =>
  create(LayeredRuntimeSchema, { layers: [{ name: 'a', layerSpecifier: { case: 'staticLayer', value } }] })

test('the size of patterns may be set, as it is no matter of ours', () => {
  expect(() => refuseRuntime(layer({ 're2.max_program_size.error_level': 1000 }))).not.toThrow()
})

test('every other runtime setting is refused by name, and so is a layer from elsewhere', () => {
  const admin = create(LayeredRuntimeSchema, {
    layers: [{ name: 'a', layerSpecifier: { case: 'adminLayer', value: {} } }],
  })

  expect(() => refuseRuntime(layer({ 'upstream.healthy_panic_threshold': 0 }))).toThrow(
    'layered_runtime.layers[0].static_layer["upstream.healthy_panic_threshold"]: not supported yet',
  )
  expect(() => refuseRuntime(admin)).toThrow('layered_runtime.layers[0]: only a static_layer is supported')
})
