import { addressKey } from '../config/address-key.ts'
import { hostPort } from '../config/host-port.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import type { LogOperator } from './log-operators.ts'

type Sides = { readonly http: (exchange: HttpExchange) => string; readonly tcp: (session: TcpSession) => string }

/** An address with its port, and what its operator's relatives tell of it. */
function family(name: string, portName: string, { http, tcp }: Sides): [string, LogOperator][] {
  return [
    [name, { http, tcp }],
    [`${name}_WITHOUT_PORT`, { http: (exchange) => hostOf(http(exchange)), tcp: (session) => hostOf(tcp(session)) }],
    [portName, { http: (exchange) => portOf(http(exchange)), tcp: (session) => portOf(tcp(session)), isNumber: true }],
  ]
}

function hostOf(address: string): string {
  const colon = address.lastIndexOf(':')
  return colon < 0 ? address : address.slice(0, colon).replace(/^\[|\]$/g, '')
}

function portOf(address: string): string {
  const colon = address.lastIndexOf(':')
  return colon < 0 ? '' : address.slice(colon + 1)
}

const direct: Sides = {
  http: ({ connection: { directAddress, port } }) => hostPort(directAddress, port),
  tcp: ({ peer: { directAddress, port } }) => hostPort(directAddress, port),
}

/** Both ends of both connections. */
export const addressOperators: Readonly<Record<string, LogOperator>> = Object.fromEntries([
  ...family('UPSTREAM_LOCAL_ADDRESS', 'UPSTREAM_LOCAL_PORT', {
    http: ({ lastTry }) => lastTry?.port?.localAddress ?? '',
    tcp: ({ upstreamLocal }) => upstreamLocal,
  }),
  ...family('UPSTREAM_REMOTE_ADDRESS', 'UPSTREAM_REMOTE_PORT', {
    http: (exchange) => exchange.field('upstream-remote-address') ?? '',
    tcp: ({ endpoint }) => {
      return endpoint === undefined ? '' : addressKey(endpoint.address)
    },
  }),
  ...family('DOWNSTREAM_REMOTE_ADDRESS', 'DOWNSTREAM_REMOTE_PORT', {
    http: (exchange) => exchange.field('downstream-remote-address') ?? '',
    tcp: ({ client }) => client,
  }),
  ...family('DOWNSTREAM_DIRECT_REMOTE_ADDRESS', 'DOWNSTREAM_DIRECT_REMOTE_PORT', direct),
  ...family('DOWNSTREAM_LOCAL_ADDRESS', 'DOWNSTREAM_LOCAL_PORT', {
    http: (exchange) => exchange.field('downstream-local-address') ?? '',
    tcp: ({ local }) => local,
  }),
])
