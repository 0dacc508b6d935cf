import { fromJson, type JsonObject, type JsonValue } from '@bufbuild/protobuf'
import { RateLimitSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { expect, test } from 'vitest'
import { requestWith } from '../request/request.fixture.ts'
import { compileFilterRules, compileRateLimitRules } from './compile-rate-limit-rules.ts'
import type { DescribedRequest } from './rate-limit-action.ts'
import { type Description, describeRequest } from './rate-limit-rule.ts'

const described: DescribedRequest = {
  request: requestWith({ 'x-user': 'ada', ':path': '/buy?item=1' }, { path: '/buy', query: 'item=1' }),
  remoteAddress: '192.0.2.77',
  nodeCluster: 'web.shop',
  cluster: 'payments',
}

function describeBy(actions: JsonValue[], more: Partial<DescribedRequest> = {}): Description['entries'][] {
  const descriptions: Description[] = []
  const rules = compileRateLimitRules([fromJson(RateLimitSchema, { actions })], 'rate_limits')
  describeRequest(rules, 0, { ...described, ...more }, undefined, descriptions)
  return descriptions.map(({ entries }) => entries)
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
  // It is asked about all the same, as in Envoy.
  expect(describeBy([skipped])).toEqual([[]])
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

test('a number of hits is read from the request, and what is none describes nothing', () => {
  const rule = { actions: [{ generic_key: { descriptor_value: 'v' } }], hits_addend: { format: '%REQ(x-cost)%' } }
  const rules = compileFilterRules([fromJson(RateLimitSchema, rule)], 'rate_limits') ?? []
  const hitsOf = (cost: string | undefined) => {
    const requestHeader = (name: string) => (name === 'x-cost' ? cost : undefined)
    const request = {
      ...described.request,
      requestHeader,
      responseHeader: () => undefined,
      responseTrailer: () => undefined,
      command: () => undefined,
    }
    const descriptions: Description[] = []
    describeRequest(rules, undefined, { ...described, request }, undefined, descriptions)
    return descriptions.map(({ hits }) => hits)
  }

  expect(['0', '12', '1000000000', '1000000001', '-1', '1.5', 'many', undefined].map(hitsOf)).toEqual([
    [0],
    [12],
    [1_000_000_000],
    [],
    [],
    [],
    [],
    [],
  ])
})

const metadataOf = (path: string[]) => ({
  metadata: {
    descriptor_key: 'plan',
    source: 'ROUTE_ENTRY',
    metadata_key: { key: 'shop', path: path.map((key) => ({ key })) },
  },
})

test.each<[string, string[], string | undefined]>([
  ['a text', ['plan', 'name'], 'plan=gold'],
  ['what is no text', ['plan'], undefined],
  ['what is not there', ['plan', 'price'], undefined],
  ['what every object has', ['plan', 'constructor', 'name'], undefined],
])('metadata of the route: %s', (_what, path, expected) => {
  const rules = compileRateLimitRules([fromJson(RateLimitSchema, { actions: [metadataOf(path)] })], 'rate_limits')
  const descriptions: Description[] = []

  describeRequest(rules, 0, described, { shop: { plan: { name: 'gold' } } }, descriptions)

  expect(descriptions.flatMap(({ entries }) => entries.map(({ key, value }) => `${key}=${value}`))[0]).toBe(expected)
})

const actions = [{ generic_key: { descriptor_value: 'v' } }]

test.each<[string, JsonObject, string]>([
  ['an extension', { actions: [{ extension: { name: 'a' } }] }, 'actions[0].extension: not supported yet'],
  [
    'metadata without a path',
    { actions: [{ metadata: { descriptor_key: 'k', metadata_key: { key: 'a' } } }] },
    'actions[0].metadata.metadata_key.path: must not be empty',
  ],
  [
    'no network to be in',
    { actions: [{ remote_address_match: { descriptor_value: 'v' } }] },
    'actions[0].remote_address_match.address_matcher.ranges: must not be empty',
  ],
  [
    'a limit from metadata of the request',
    { actions, limit: { dynamic_metadata: { metadata_key: { key: 'a' } } } },
    'limit.dynamic_metadata: not supported',
  ],
  ['hits beside a route', { actions, hits_addend: { number: '2' } }, 'hits_addend: not supported yet'],
  [
    'what counts when a request is over',
    { actions, apply_on_stream_done: true },
    'apply_on_stream_done: not supported',
  ],
])('%s is refused by its path', (_what, rule, reason) => {
  expect(() => compileRateLimitRules([fromJson(RateLimitSchema, rule)], 'rate_limits')).toThrow(reason)
})

test.each<[string, JsonObject, string]>([
  ['a stage', { actions, stage: 1 }, 'stage: not supported yet'],
  ['a key of the runtime', { actions, disable_key: 'a' }, 'disable_key: not supported yet'],
  ['both ways to count', { actions, hits_addend: { number: '2', format: '%REQ(a)%' } }, 'needs number or format'],
  ['too many hits', { actions, hits_addend: { number: '1000000001' } }, 'hits_addend.number: must be at most'],
  ['text beside an operator', { actions, hits_addend: { format: '1%REQ(a)%' } }, 'must be one operator'],
])('%s in a filter’s own descriptions is refused by its path', (_what, rule, reason) => {
  expect(() => compileFilterRules([fromJson(RateLimitSchema, rule)], 'rate_limits')).toThrow(reason)
})
