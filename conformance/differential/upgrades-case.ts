import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'

/** Upgrades and CONNECT, allowed by the listener, the route, both or nobody, and taken by the upstream or not. */
export function makeUpgradesCase(draw: Draw, requests: number): Json {
  const isConnect = draw.chance(0.3)
  const allowed = isConnect ? 'CONNECT' : draw.pick(['websocket', 'WebSocket', 'other'])
  const listed = (share: number, more: Json): Json =>
    draw.maybe(share, 'upgrade_configs', () => [
      { upgrade_type: allowed, ...more, ...draw.maybe(0.3, 'enabled', () => draw.chance(0.4)) },
    ])
  const connect = isConnect && draw.chance(0.8) ? { connect_config: {} } : {}
  const matcher = isConnect && draw.chance(0.8) ? { connect_matcher: {} } : { prefix: '/' }
  return {
    listener: {
      hcm: listed(0.7, {}),
      routes: [
        {
          match: {
            ...matcher,
            ...draw.maybe(0.2, 'headers', () => [{ name: 'x-a', present_match: draw.chance(0.5) }]),
          },
          route: {
            cluster: '<a>',
            ...listed(isConnect ? 0.9 : 0.5, connect),
            ...draw.maybe(0.2, 'timeout', () => '0s'),
          },
        },
        ...draw.some(1, () => ({
          match: { prefix: '/' },
          direct_response: { status: 200, body: { inline_string: 'no upgrade' } },
        })),
      ],
    },
    upstreams: { a: { connections: [isConnect ? ['echo'] : makeScript(draw, allowed)] } },
    steps: Array.from({ length: requests }, (_, index) => makeExchange(draw, `c${index}`, isConnect)).flat(),
  }
}

/** One that goes on without an upgrade is left out: Envoy drops the body of such an answer. */
function makeScript(draw: Draw, allowed: string): unknown[] {
  const switched = (type: string) =>
    `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${type}\r\nx-up: yes\r\n\r\n`
  return draw.pick<unknown[]>([
    ['request', { write: switched(allowed) }, 'echo'],
    ['request', { write: `${switched(allowed)}at once` }, 'echo'],
    ['request', { write: 'HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno' }, 'loop'],
  ])
}

function makeExchange(draw: Draw, on: string, isConnect: boolean): Json[] {
  const target = draw.pick(['shop.test:443', 'shop.test:443', 'test:80'])
  const more = draw.chance(0.3) ? 'x-a: one\r\n' : ''
  const type = draw.pick(['websocket', 'websocket', 'WebSocket', 'other'])
  const connection = draw.pick(['upgrade', 'Upgrade', 'keep-alive, Upgrade'])
  const head = isConnect
    ? `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n${more}\r\n`
    : `GET /a HTTP/1.1\r\nhost: test\r\nconnection: ${connection}\r\nupgrade: ${type}\r\n${more}\r\n`
  return [
    { on, send: head },
    { on, receive: 'response', method: isConnect ? 'CONNECT' : 'GET' },
    ...(draw.chance(0.6)
      ? [
          { on, send: 'ping' },
          { on, receive: { text: 'ping' }, withinMs: 1500 },
        ]
      : []),
    { on, client: 'close' },
    { waitMs: 40 },
  ]
}
