import { BootstrapSchema } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { VirtualHostSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { expect, test } from 'vitest'
import { parseProtoText } from './parse-proto-text.ts'

test('names of enums may be written in any case, flags as text, and a list of one without its brackets', () => {
  const cluster = parseProtoText(ClusterSchema, 'name: a\ntype: strict_dns\nlb_policy: Round_Robin\n')
  const other = parseProtoText(ClusterSchema, 'name: a\ntype: STRICT_DNS\nlb_policy: ROUND_ROBIN\n')
  const host = parseProtoText(VirtualHostSchema, 'name: all\ndomains: "*"\ninclude_request_attempt_count: "true"\n')

  expect(cluster).toEqual(other)
  expect([host.domains, host.includeRequestAttemptCount]).toEqual([['*'], true])
})

const manager = `'@type': type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`
const inFilter = (config: string) =>
  `static_resources: { listeners: [{ filter_chains: [{ filters: [{ name: http, typed_config: { ${config} } }] }] }] }`

test.each([
  ['an unknown field', 'colour: blue', 'colour: there is no such field in envoy.config.bootstrap.v3.Bootstrap'],
  [
    'an unknown field in an extension',
    inFilter(`${manager}, colour: blue`),
    'static_resources.listeners[0].filter_chains[0].filters[0].typed_config.colour: there is no such field in envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  ],
  [
    'an extension that we do not have',
    inFilter(`'@type': type.googleapis.com/acme.Filter`),
    'static_resources.listeners[0].filter_chains[0].filters[0].typed_config: acme.Filter is not supported yet',
  ],
  [
    'an extension without its type',
    inFilter('a: b'),
    'static_resources.listeners[0].filter_chains[0].filters[0].typed_config: @type is required',
  ],
  [
    'a name that its enum lacks',
    inFilter(`${manager}, codec_type: FANCY`),
    'static_resources.listeners[0].filter_chains[0].filters[0].typed_config.codec_type: "FANCY" is none of AUTO, HTTP1, HTTP2, HTTP3',
  ],
  [
    'a duration without its unit',
    'static_resources: { clusters: [{ name: a }, { name: b, connect_timeout: 5 }] }',
    'static_resources.clusters[1].connect_timeout: 5 is no duration; one is written in seconds, as "0.25s"',
  ],
])('%s is refused with its place', (_name, text, message) => {
  expect(() => parseProtoText(BootstrapSchema, text)).toThrow(new Error(message))
})

test('an anchor may be used as often as a program that writes files uses it', () => {
  const others = Array.from({ length: 500 }, (_, index) => `{ name: c${index}, connect_timeout: *time }`)
  const text = `static_resources: { clusters: [{ name: a, connect_timeout: &time 2s }, ${others.join()}] }`

  const { staticResources } = parseProtoText(BootstrapSchema, text)

  expect(new Set(staticResources?.clusters.map(({ connectTimeout }) => connectTimeout?.seconds))).toEqual(new Set([2n]))
})

test('anchors that multiply each other are refused in plain words', () => {
  const levels = Array.from({ length: 8 }, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(10)}]`)

  expect(() => parseProtoText(BootstrapSchema, ['l0: &l0 [x]', ...levels].join('\n'))).toThrow(
    new Error('one anchor stands for more than 10000 copies'),
  )
})

test('what is nested without end is refused in plain words', () => {
  const deep = `node: ${'['.repeat(20_000)}${']'.repeat(20_000)}`

  expect(() => parseProtoText(BootstrapSchema, deep)).toThrow(/^line 1, column \d+: is nested too deeply$/)
})
