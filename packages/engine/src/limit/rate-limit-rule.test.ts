import { fromJson, type JsonValue } from '@bufbuild/protobuf'
import { RateLimitSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { expect, test } from 'vitest'
import { compileRateLimitRules } from './compile-rate-limit-rules.ts'
import { type DescribedRequest, type Descriptor, describeRequest } from './rate-limit-rule.ts'

const headers: Readonly<Record<string, string>> = { 'x-user': 'ada', ':path': '/buy?item=1' }

const described: DescribedRequest = {
  request: {
    method: 'GET',
    path: '/buy',
    query: 'item=1',
    authority: 'shop',
    authorityPort: 0,
    scheme: 'http',
    header: (name) => headers[name],
    headerValues: (name) => (headers[name] === undefined ? [] : [headers[name]]),
  },
  remoteAddress: '192.0.2.77',
  nodeCluster: 'web.shop',
  cluster: 'payments',
}

function describeBy(actions: JsonValue[], more: Partial<DescribedRequest> = {}): Descriptor[] {
  const descriptors: Descriptor[] = []
  const rules = compileRateLimitRules([fromJson(RateLimitSchema, { actions })], 'rate_limits')
  describeRequest(rules, 0, { ...described, ...more }, descriptors)
  return descriptors
}

test.each<[string, JsonValue, string | undefined]>([
  ['a generic key', { generic_key: { descriptor_value: 'v' } }, 'generic_key=v'],
  ['a named generic key', { generic_key: { descriptor_key: 'k', descriptor_value: 'v' } }, 'k=v'],
  ['the calling cluster', { source_cluster: {} }, 'source_cluster=web.shop'],
  ['the called cluster', { destination_cluster: {} }, 'destination_cluster=payments'],
  ['the client', { remote_address: {} }, 'remote_address=192.0.2.77'],
  ['its network', { masked_remote_address: { v4_prefix_mask_len: 24 } }, 'masked_remote_address=192.0.2.0/24'],
  ['a header', { request_headers: { header_name: 'X-User', descriptor_key: 'user' } }, 'user=ada'],
  ['a header that is not there', { request_headers: { header_name: 'x-no', descriptor_key: 'user' } }, undefined],
  [
    'headers that match',
    { header_value_match: { descriptor_value: 'm', headers: [{ name: 'x-user', string_match: { prefix: 'a' } }] } },
    'header_match=m',
  ],
  [
    'headers that must not match',
    { header_value_match: { descriptor_value: 'm', expect_match: false, headers: [{ name: 'x-user' }] } },
    undefined,
  ],
  [
    'a query that matches',
    { query_parameter_value_match: { descriptor_value: 'q', query_parameters: [{ name: 'item' }] } },
    'query_match=q',
  ],
])('%s describes a request', (_what, action, expected) => {
  const texts = describeBy([action]).map((entries) => entries.map(({ key, value }) => `${key}=${value}`).join())

  expect(texts).toEqual(expected === undefined ? [] : [expected])
})

test('one action that says nothing takes the whole descriptor away, unless it may be skipped', () => {
  const user = { request_headers: { header_name: 'x-no', descriptor_key: 'user' } }
  const skipped = { request_headers: { header_name: 'x-no', descriptor_key: 'user', skip_if_absent: true } }
  const key = { generic_key: { descriptor_value: 'v' } }

  expect(describeBy([key, user])).toEqual([])
  expect(describeBy([key, skipped])).toEqual([[{ key: 'generic_key', value: 'v' }]])
  expect(describeBy([skipped])).toEqual([])
})

test.each([
  ['2001:db8:1:2:3:4:5:6', 32, '2001:db8::/32'],
  ['2001:db8:1:2:3:4:5:6', 56, '2001:db8:1::/56'],
  ['::1', 128, '::1/128'],
])('the network of %s with %i bits is %s', (address, bits, expected) => {
  const action = { masked_remote_address: { v6_prefix_mask_len: bits } }

  expect(describeBy([action], { remoteAddress: address })).toEqual([
    [{ key: 'masked_remote_address', value: expected }],
  ])
})

test('what is not implemented is refused by its name', () => {
  expect(() => describeBy([{ metadata: { descriptor_key: 'k', metadata_key: { key: 'm' } } }])).toThrow(
    'rate_limits[0].actions[0].metadata: not supported yet',
  )
})
