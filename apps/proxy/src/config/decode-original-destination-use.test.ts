import { create } from '@bufbuild/protobuf'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { expect, test } from 'vitest'
import { decodeOriginalDestinationUse } from './decode-original-destination-use.ts'

const missing = () => undefined

test('without koffi a listener that asks where connections were going is refused', () => {
  const listener = create(ListenerSchema, { useOriginalDst: true })

  expect(() => decodeOriginalDestinationUse(listener, missing)).toThrow(/use_original_dst.*koffi/)
})

test('a listener that does not ask never loads koffi', () => {
  const loads = () => {
    throw new Error('loaded')
  }

  expect(decodeOriginalDestinationUse(create(ListenerSchema), loads)).toBe('ignored')
})
