import { fromJson, type JsonValue } from '@bufbuild/protobuf'
import { FilterChainMatchSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import { expect, test } from 'vitest'
import { decodeChainMatch } from '../config/decode-chain-match.ts'
import type { ListenerConfig } from '../config/listener-config.ts'
import { asksForBytes, type ConnectionFacts, pickChain } from './pick-chain.ts'

const facts: ConnectionFacts = {
  source: '10.1.2.3',
  sourcePort: 4000,
  directSource: '10.9.9.9',
  destination: '192.0.2.1',
  destinationPort: 443,
  serverName: 'a.shop.example',
  transport: 'tls',
  protocols: ['h2', 'http/1.1'],
}

/** A listener of chains by name, in this order, and a default one. */
function listenerOf(matches: Readonly<Record<string, JsonValue>>): ListenerConfig {
  const network = { kind: 'tcp' } as ListenerConfig['chains'][number]['network'] // never served here
  const chain = (name: string, match: JsonValue) => ({
    name,
    match: decodeChainMatch(fromJson(FilterChainMatchSchema, match), 'match'),
    filters: [],
    tls: undefined,
    network,
  })
  return {
    name: 'in',
    statPrefix: '',
    address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    direction: 'inbound',
    chains: Object.entries(matches).map(([name, match]) => chain(name, match)),
    defaultChain: chain('default', {}),
    filters: undefined,
    originalDestination: 'ignored',
    bindsPort: true,
    ignoresConnectionLimit: false,
    bypassesOverload: false,
    bufferBytesMax: undefined,
    backlog: 4096,
    reusesPort: false,
    socketOptions: [],
    unservedLogs: [],
    connectionsMax: 1,
  }
}

const range = (address_prefix: string, prefix_len: number) => ({ address_prefix, prefix_len })

test.each<[string, Readonly<Record<string, JsonValue>>, Partial<ConnectionFacts>, string]>([
  [
    'an exact name',
    { wild: { server_names: ['*.shop.example'] }, exact: { server_names: ['a.shop.example'] } },
    {},
    'exact',
  ],
  [
    'the longer wildcard',
    { short: { server_names: ['*.example'] }, long: { server_names: ['*.shop.example'] } },
    {},
    'long',
  ],
  [
    'a wildcard does not take its own domain',
    { wild: { server_names: ['*.shop.example'] } },
    { serverName: 'shop.example' },
    'default',
  ],
  ['names without regard to case', { upper: { server_names: ['A.Shop.Example'] } }, {}, 'upper'],
  ['no name where none is asked', { named: { server_names: ['x'] }, any: {} }, {}, 'any'],
  ['the transport', { raw: { transport_protocol: 'raw_buffer' }, tls: { transport_protocol: 'tls' } }, {}, 'tls'],
  ['one of the protocols', { h2: { application_protocols: ['h2'] }, any: {} }, {}, 'h2'],
  [
    'what the client wants most',
    { http1: { application_protocols: ['http/1.1'] }, h2: { application_protocols: ['x', 'h2'] } },
    {},
    'h2',
  ],
  ['no address of IPv4 for all of IPv6', { six: { prefix_ranges: [range('::', 0)] }, any: {} }, {}, 'any'],
  ['another protocol', { h2: { application_protocols: ['h2c'] }, any: {} }, {}, 'any'],
  [
    'the port before the name',
    { port: { destination_port: 443 }, name: { server_names: ['a.shop.example'] } },
    {},
    'port',
  ],
  [
    'the longest destination',
    { wide: { prefix_ranges: [range('192.0.0.0', 8)] }, narrow: { prefix_ranges: [range('192.0.2.0', 24)] } },
    {},
    'narrow',
  ],
  [
    'the longest source',
    {
      wide: { source_prefix_ranges: [range('10.0.0.0', 8)] },
      narrow: { source_prefix_ranges: [range('10.1.0.0', 16)] },
    },
    {},
    'narrow',
  ],
  [
    'the socket’s own source',
    { direct: { direct_source_prefix_ranges: [range('10.9.9.9', 32)] }, any: {} },
    {},
    'direct',
  ],
  [
    'a source from outside',
    { local: { source_type: 'SAME_IP_OR_LOOPBACK' }, outside: { source_type: 'EXTERNAL' } },
    {},
    'outside',
  ],
  [
    'a source on this machine',
    { local: { source_type: 'SAME_IP_OR_LOOPBACK' }, any: {} },
    { directSource: '127.0.0.1' },
    'local',
  ],
  ['the source port', { port: { source_ports: [4000] }, any: {} }, {}, 'port'],
  ['another source port', { port: { source_ports: [4001] } }, {}, 'default'],
  [
    'no way back: the port was chosen, and its chain does not know the name',
    { port: { destination_port: 443, server_names: ['other'] }, name: { server_names: ['a.shop.example'] } },
    {},
    'default',
  ],
])('%s', (_what, matches, given, expected) => {
  expect(pickChain(listenerOf(matches), { ...facts, ...given })?.name).toBe(expected)
})

test('a client is asked for its first bytes only where they decide', () => {
  const listener = listenerOf({ tcp: { destination_port: 5432 }, web: { application_protocols: ['h2'] } })

  expect(asksForBytes(listener, { ...facts, destinationPort: 5432 })).toBe(false)
  expect(asksForBytes(listener, facts)).toBe(true)
})

test.each<[string, JsonValue, string]>([
  ['a wildcard inside', { server_names: ['a.*.b'] }, 'match.server_names[0]'],
  ['another transport', { transport_protocol: 'quic' }, 'match.transport_protocol'],
  ['a suffix of addresses', { address_suffix: '1' }, 'match.address_suffix: not supported yet'],
])('%s is refused by its path', (_what, match, reason) => {
  expect(() => listenerOf({ one: match })).toThrow(reason)
})
