import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { anyPack } from '@bufbuild/protobuf/wkt'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import {
  type RouteConfiguration,
  RouteConfigurationSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { HttpConnectionManagerSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { expect, test } from 'vitest'
import { refuseUnknown, refuseUnknownSteps } from './refuse-unknown.ts'

/** A field that no proto has. */
const newer = new BinaryWriter().tag(4999, WireType.Varint).uint32(1).finish()
const unknown = [{ no: 4999, wireType: WireType.Varint, data: Uint8Array.of(1) }]

function routes(change: (message: RouteConfiguration) => void): RouteConfiguration {
  const message = create(RouteConfigurationSchema, {
    name: 'r',
    virtualHosts: [
      { name: 'a', routes: [{ match: { pathSpecifier: { case: 'prefix', value: '/' } } }, { metadata: {} }] },
    ],
  })
  change(message)
  return fromBinary(RouteConfigurationSchema, toBinary(RouteConfigurationSchema, message))
}

const places: [string, RouteConfiguration, string][] = [
  ['itself', fromBinary(RouteConfigurationSchema, newer), 'has a field with the number 4999, which is not known here'],
  [
    'a message in a list',
    routes(({ virtualHosts: [host] }) => Object.assign(host ?? {}, { $unknown: unknown })),
    'virtual_hosts[0]: has',
  ],
  [
    'a message deep in lists',
    routes(({ virtualHosts: [host] }) => Object.assign(host?.routes[0]?.match ?? {}, { $unknown: unknown })),
    'virtual_hosts[0].routes[0].match: has',
  ],
]

test.each(places)('a field that is not known is refused in %s', (_, message, reason) => {
  expect(() => refuseUnknown(RouteConfigurationSchema, message)).toThrow(reason)
  expect(() => [...refuseUnknownSteps(RouteConfigurationSchema, message)]).toThrow(reason)
})

test('it is refused in an Any, and by its place there', () => {
  const manager = create(HttpConnectionManagerSchema, {
    statPrefix: 'a',
    routeSpecifier: { case: 'routeConfig', value: { name: 'r', $unknown: unknown } },
  })
  Object.assign((manager.routeSpecifier.value ?? {}) as object, { $unknown: unknown })
  const listener = create(ListenerSchema, {
    filterChains: [
      { filters: [{ configType: { case: 'typedConfig', value: anyPack(HttpConnectionManagerSchema, manager) } }] },
    ],
  })

  expect(() => refuseUnknown(ListenerSchema, listener)).toThrow(
    'filter_chains[0].filters[0].typed_config.route_config: has a field with the number 4999',
  )
})

test('what is known passes, in one piece and in steps', () => {
  const message = routes(() => undefined)

  refuseUnknown(RouteConfigurationSchema, message)
  expect([...refuseUnknownSteps(RouteConfigurationSchema, message)].length).toBeGreaterThan(2)
})
