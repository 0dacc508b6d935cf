import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'

const behindTcp = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nbehind TCP'
const filters = 'type.googleapis.com/envoy.extensions.filters.listener'

/**
 * Which filter chain takes a connection: by address, port, server name, protocol and source. Every chain answers with its own
 * number, or passes bytes on to an upstream that does.
 */
export function makeChainsCase(draw: Draw): Json {
  const count = 1 + draw.below(4)
  const matches = Array.from({ length: count }, () => makeMatch(draw))
  const chains = matches
    // Both sides refuse what overlaps, and a side that refuses is started again for the others.
    .filter((match, index) => !matches.slice(0, index).some((other) => overlap(match, other)))
    .map((match, index) => makeChain(draw, index, match))
  const rest = draw.chance(0.5) ? [makeChain(draw, count, undefined)] : []
  const all = [...chains, ...rest]
  const names = Array.from({ length: 6 }, (_, index) => `c${index}`)
  const inspects = draw.chance(0.85)
  return {
    listener: {
      chains: all,
      listener: {
        listener_filters: [
          ...(inspects ? [{ name: 'tls', typed_config: { '@type': `${filters}.tls_inspector.v3.TlsInspector` } }] : []),
          ...(draw.chance(0.5)
            ? [{ name: 'http', typed_config: { '@type': `${filters}.http_inspector.v3.HttpInspector` } }]
            : []),
        ],
      },
    },
    clients: Object.fromEntries(names.map((name) => [name, makeClient(draw)])),
    // It answers whatever comes: who begins with TLS there learns that nobody speaks it.
    upstreams: { a: { connections: [[{ read: 1 }, { write: behindTcp }, 'close']] } },
    steps: names.map((on) => ({ on, request: 'GET /' })),
  }
}

function makeChain(draw: Draw, index: number, match: Json | undefined): Json {
  const body = `chain ${index}`
  const share = match?.transport_protocol === 'raw_buffer' ? 0.05 : match?.transport_protocol === 'tls' ? 0.95 : 0.4
  const isSecure = draw.chance(share)
  return {
    ...(match === undefined ? {} : { match }),
    // A client whose protocols are all unknown is refused (RFC 7301 §3.2); Envoy takes it.
    ...(isSecure ? { tls: draw.maybe(0.7, 'alpn', () => ['http/1.1', 'own']) } : {}),
    // Envoy connects behind TCP before the handshake is over; so only those come there that begin one.
    ...(draw.chance(0.3) && (!isSecure || match?.transport_protocol === 'tls')
      ? { tcp: { cluster: '<a>' } }
      : {
          routes: [{ match: { prefix: '/' }, direct_response: { status: 200 + index, body: { inline_string: body } } }],
        }),
  }
}

/** Whether one connection could be what both ask for in everything, each as exactly as the other. */
function overlap(a: Json, b: Json): boolean {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => {
    const of = (match: Json) =>
      [match[name] ?? (name === 'source_type' ? 'ANY' : [])].flat().map((each) => JSON.stringify(each))
    const [ours, theirs] = [of(a), of(b)]
    return (ours.length === 0 && theirs.length === 0) || ours.some((each) => theirs.includes(each))
  })
}

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}

function makeMatch(draw: Draw): Json {
  const names = ['test', 'api.test', '*.test', '*.api.test', 'other.org', '*.org', 'TEST.ORG']
  const ranges = (list: readonly (readonly [string, number])[]) =>
    unique([draw.pick(list), ...draw.some(1, () => draw.pick(list))]).map(([address_prefix, prefix_len]) => ({
      address_prefix,
      prefix_len,
    }))
  const near: readonly (readonly [string, number])[] = [
    ['127.0.0.1', 32],
    ['127.0.0.0', 8],
    ['127.0.0.0', 30],
    ['10.0.0.0', 8],
    ['::', 0],
  ]
  return {
    ...draw.maybe(0.6, 'server_names', () => unique([draw.pick(names), ...draw.some(1, () => draw.pick(names))])),
    ...draw.maybe(0.3, 'transport_protocol', () => draw.pick(['tls', 'raw_buffer'])),
    ...draw.maybe(0.3, 'application_protocols', () =>
      draw.pick([['h2'], ['http/1.1'], ['http/1.1', 'h2'], ['http/1.0'], ['own'], ['h2c']]),
    ),
    ...draw.maybe(0.2, 'prefix_ranges', () => ranges(near)),
    ...draw.maybe(0.2, 'source_prefix_ranges', () => ranges(near)),
    ...draw.maybe(0.15, 'direct_source_prefix_ranges', () => ranges(near)),
    ...draw.maybe(0.2, 'source_type', () => draw.pick(['ANY', 'SAME_IP_OR_LOOPBACK', 'EXTERNAL'])),
    ...draw.maybe(0.1, 'destination_port', () => draw.pick([80, 443])),
    ...draw.maybe(0.1, 'source_ports', () => draw.pick([[1], [1, 2]])),
  }
}

function makeClient(draw: Draw): Json {
  if (draw.chance(0.35)) return {}
  return {
    tls: {
      sni: draw.pick(['test', 'api.test', 'www.api.test', 'other.org', 'sub.other.org', 'nobody', '', 'TEST.org']),
      ...draw.maybe(0.7, 'alpn', () => draw.pick([['http/1.1'], ['h2', 'http/1.1'], ['own'], ['own', 'http/1.1']])),
    },
  }
}
