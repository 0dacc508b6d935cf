import { networkOf } from '@heddle/engine/match/network-of'
import { addressKey } from '../net/address-key.ts'
import { hostPort } from '../net/host-port.ts'
import type { FormatOperator } from './format-operator.ts'
import type { LoggedExchange } from './logged-exchange.ts'
import type { LoggedSession } from './logged-session.ts'

type Sides = { readonly http: (exchange: LoggedExchange) => string; readonly tcp: (session: LoggedSession) => string }

/** An address with its port. */
const whole = ({ http, tcp }: Sides): FormatOperator => ({ http, tcp })

/** In brackets there may be how many bits of it are told, the others being zero. */
const withoutPort = ({ http, tcp }: Sides): FormatOperator => ({
  http: (exchange, bits) => masked(hostOf(http(exchange)), bits),
  tcp: (session, bits) => masked(hostOf(tcp(session)), bits),
})

const port = ({ http, tcp }: Sides): FormatOperator => ({
  http: (exchange) => portOf(http(exchange)),
  tcp: (session) => portOf(tcp(session)),
  isNumber: true,
})

const upstreamLocal: Sides = {
  http: ({ lastTry }) => lastTry?.port?.localAddress ?? '',
  tcp: (session) => session.upstreamLocal,
}
const upstream: Sides = {
  http: ({ endpoint }) => (endpoint === undefined ? '' : addressKey(endpoint.address)),
  tcp: ({ endpoint }) => (endpoint === undefined ? '' : addressKey(endpoint.address)),
}
/** Of a connection: where there is none yet, or none came about, nothing. */
const upstreamPeer: Sides = {
  http: (exchange) => (exchange.lastTry?.port === undefined ? '' : upstream.http(exchange)),
  tcp: upstream.tcp,
}
const client: Sides = {
  http: ({ peer }) => hostPort(peer.remoteAddress, peer.port),
  tcp: (session) => session.client,
}
const directClient: Sides = {
  http: ({ connection: { directAddress, port: from } }) => hostPort(directAddress, from),
  tcp: ({ peer: { directAddress, port: from } }) => hostPort(directAddress, from),
}
const local: Sides = {
  http: ({ peer }) => hostPort(peer.destinationAddress, peer.destinationPort),
  tcp: (session) => session.local,
}

const own: Sides = {
  http: ({ connection: { ownAddress, ownPort } }) => hostPort(ownAddress, ownPort),
  tcp: ({ peer: { ownAddress, ownPort } }) => hostPort(ownAddress, ownPort),
}

/** Only an internal address has one, and there is none here. */
const endpointId: FormatOperator = { http: () => '', tcp: () => '', isText: true }

/** Both ends of both connections. */
export const addressOperators = {
  UPSTREAM_HOST: whole(upstream),
  UPSTREAM_REMOTE_ADDRESS: whole(upstreamPeer),
  UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: withoutPort(upstreamPeer),
  UPSTREAM_REMOTE_PORT: port(upstreamPeer),
  UPSTREAM_LOCAL_ADDRESS: whole(upstreamLocal),
  UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: withoutPort(upstreamLocal),
  UPSTREAM_LOCAL_PORT: port(upstreamLocal),
  DOWNSTREAM_REMOTE_ADDRESS: whole(client),
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: withoutPort(client),
  DOWNSTREAM_REMOTE_PORT: port(client),
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: whole(directClient),
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: withoutPort(directClient),
  DOWNSTREAM_DIRECT_REMOTE_PORT: port(directClient),
  DOWNSTREAM_LOCAL_ADDRESS: whole(local),
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: withoutPort(local),
  DOWNSTREAM_LOCAL_PORT: port(local),
  DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID: endpointId,
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS: whole(own),
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT: withoutPort(own),
  DOWNSTREAM_DIRECT_LOCAL_PORT: port(own),
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID: endpointId,
} as const

function hostOf(address: string): string {
  const colon = address.lastIndexOf(':')
  return colon < 0 ? address : address.slice(0, colon).replace(/^\[|\]$/g, '')
}

function portOf(address: string): string {
  const colon = address.lastIndexOf(':')
  return colon < 0 ? '' : address.slice(colon + 1)
}

/** More bits than the address has are all of them. */
function masked(host: string, bits: string): string {
  if (bits === '') return host
  const length = Number(bits)
  return networkOf(host, Math.min(length, 32), length) ?? ''
}
