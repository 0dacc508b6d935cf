import { addressKey } from '../net/address-key.ts'
import { idOf } from './connection-id.ts'
import type { FormatOperator } from './format-operator.ts'
import type { LoggedEndpoint, LoggedExchange } from './logged-exchange.ts'
import type { LoggedSession } from './logged-session.ts'

/** The endpoint's name, or its address where it has none. */
export function nameOf(endpoint: LoggedEndpoint | undefined): string {
  if (endpoint === undefined) return ''
  return endpoint.hostname || addressKey(endpoint.address)
}

export const port = /:\d+$/

type Read = (endpoint: LoggedEndpoint) => string

/** Of a request's tries the last is told of, where its connection came about; of a client's connection all. */
function attempts(read: Read): FormatOperator {
  return {
    http: ({ lastTry }) => (lastTry?.port === undefined ? '' : read(lastTry.endpoint.config)),
    tcp: ({ attempted }) => attempted.map(read).join(','),
  }
}

const address = (endpoint: LoggedEndpoint) => addressKey(endpoint.address)

const connectionOf = {
  http: ({ lastTry }: LoggedExchange) => lastTry?.port?.facts,
  tcp: ({ upstream }: LoggedSession) => upstream,
}

/** The connections to endpoints that a request or a client's connection had. */
export const upstreamOperators = {
  UPSTREAM_CONNECTION_ID: {
    http: (exchange) => String(idOf(connectionOf.http(exchange))),
    tcp: (session) => String(idOf(connectionOf.tcp(session))),
    isNumber: true,
  },
  UPSTREAM_CONNECTION_IDS_ATTEMPTED: {
    http: (exchange) => String(idOf(connectionOf.http(exchange)) || ''),
    tcp: (session) => String(idOf(connectionOf.tcp(session)) || ''),
  },
  UPSTREAM_HOSTS_ATTEMPTED: attempts(address),
  UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT: attempts((endpoint) => address(endpoint).replace(port, '')),
  UPSTREAM_HOST_NAMES_ATTEMPTED: attempts(nameOf),
  UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT: attempts((endpoint) => nameOf(endpoint).replace(port, '')),
  CONNECTION_ID: {
    http: ({ connection }) => String(idOf(connection)),
    tcp: ({ peer }) => String(idOf(peer)),
    isNumber: true,
  },
} as const satisfies Record<string, FormatOperator>
