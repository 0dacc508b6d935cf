import { queryValue } from '@heddle/engine/match/query-value'
import type { FormatOperator } from './format-operator.ts'
import type { LoggedExchange } from './logged-exchange.ts'
import { readableText } from './readable-text.ts'

const none = () => ''
const absent = () => undefined

/** `WQ` or `NQ`: with the query or without; then whose path: before the route rewrote it, or as it is sent on. */
function pathOf(exchange: LoggedExchange, args: string): string {
  const [query = 'WQ', from = 'ORIG_OR_PATH'] = args === '' ? [] : args.split(':')
  const original = from === 'PATH' ? undefined : exchange.headers.get('x-envoy-original-path')
  const path = original ?? (from === 'ORIG' ? '' : exchange.target)
  if (query !== 'NQ') return path
  const mark = path.indexOf('?')
  return mark < 0 ? path : path.slice(0, mark)
}

/** A text, and one that is empty too; nothing where that stands alone. */
function told(http: (exchange: LoggedExchange, args: string) => string | undefined): FormatOperator {
  const json: FormatOperator['json'] = (exchange, args) => {
    const value = http(exchange, args)
    return value === undefined ? 'null' : JSON.stringify(readableText(value))
  }
  return { http, tcp: absent, isText: true, json }
}

function queryOf({ search }: LoggedExchange, args: string): string | undefined {
  if (search === '') return undefined
  const query = search.slice(1)
  return args === 'DECODED' ? decoded(query) : query
}

function decoded(query: string): string {
  return query.replace(/(?:%[0-9a-fA-F]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes
    }
  })
}

/** The name of the TLS hello, or the host of the request in its place. */
function serverName(exchange: LoggedExchange, args: string): string {
  const sni = exchange.peer.sni ?? ''
  const [order = 'SNI_ONLY', from = 'ORIG_OR_HOST'] = args === '' ? [] : args.split(':')
  if (order === 'SNI_ONLY' || (order === 'SNI_FIRST' && sni !== '')) return sni
  const original = from === 'HOST' ? undefined : exchange.headers.get('x-envoy-original-host')
  const host = original ?? (from === 'ORIG' ? '' : exchange.host)
  return host || sni
}

/** What the request says. */
export const requestOperators = {
  PROTOCOL: {
    http: ({ majorVersion, minorVersion }) => (majorVersion === 2 ? 'HTTP/2' : `HTTP/1.${minorVersion}`),
    tcp: none,
  },
  SCHEME: { http: ({ scheme }) => scheme, tcp: none },
  PATH: { http: pathOf, tcp: none },
  QUERY_PARAM: told(({ query }, name) => queryValue(query, name)),
  QUERY_PARAMS: told(queryOf),
  REQUESTED_SERVER_NAME: { http: serverName, tcp: ({ peer }) => peer.sni ?? '' },
  STREAM_ID: { http: ({ headers }) => headers.get('x-request-id') ?? '', tcp: none },
  TRACE_ID: { http: ({ traceId }) => traceId, tcp: none },
  SPAN_ID: { http: ({ spanId }) => spanId, tcp: none },
} as const satisfies Record<string, FormatOperator>
