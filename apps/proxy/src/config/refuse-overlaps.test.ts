import { fromJson, type JsonValue } from '@bufbuild/protobuf'
import { FilterChainMatchSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import { expect, test } from 'vitest'
import { decodeChainMatch } from './decode-chain-match.ts'
import { refuseOverlaps } from './refuse-overlaps.ts'

function refuse(...matches: readonly JsonValue[]): void {
  refuseOverlaps(matches.map((match) => decodeChainMatch(fromJson(FilterChainMatchSchema, match), 'match')))
}

const range = (address_prefix: string, prefix_len: number) => ({
  source_prefix_ranges: [{ address_prefix, prefix_len }],
})

test.each<[string, readonly JsonValue[], string]>([
  ['one name of several', [{ server_names: ['a', 'b'] }, { server_names: ['c', 'B'] }], 'filter_chains[0]'],
  ['all connections', [{}, { server_names: ['a'] }, { source_type: 'ANY' }], 'filter_chains[0]'],
  ['one network by two of its addresses', [range('10.1.2.3', 8), range('10.9.9.9', 8)], 'filter_chains[0]'],
  ['one name twice', [{ server_names: ['a', 'a'] }], 'the same twice'],
])('refused: %s', (_what, matches, reason) => {
  expect(() => refuse(...matches)).toThrow(reason)
})

test.each<[string, readonly JsonValue[]]>([
  ['another name', [{ server_names: ['a'] }, { server_names: ['b'] }]],
  [
    'one name by two protocols',
    [
      { server_names: ['a'], application_protocols: ['h2'] },
      { server_names: ['a'], application_protocols: ['http/1.1'] },
    ],
  ],
  ['a network within another', [range('10.0.0.0', 8), range('10.0.0.0', 9), range('10.128.0.0', 9)]],
  ['all of IPv4 and all of IPv6', [range('0.0.0.0', 0), range('::', 0)]],
])('taken: %s', (_what, matches) => {
  expect(() => refuse(...matches)).not.toThrow()
})
