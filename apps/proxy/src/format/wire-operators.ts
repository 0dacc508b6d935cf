import type { HeaderBlock } from '../message/header-block.ts'
import type { WireCount } from '../message/wire-count.ts'
import type { FormatOperator } from './format-operator.ts'
import type { LoggedExchange } from './logged-exchange.ts'
import type { LoggedSession } from './logged-session.ts'

type Count = Exclude<keyof { [Key in keyof WireCount as WireCount[Key] extends number ? Key : never]: 1 }, 'plainBytes'>

const none = () => '0'

function number(http: (exchange: LoggedExchange) => number, tcp: (session: LoggedSession) => number): FormatOperator {
  return { http: (exchange) => String(http(exchange)), tcp: (session) => String(tcp(session)), isNumber: true }
}

/** Of a connection that is passed on unread there are no fields. */
function ofHead(http: (exchange: LoggedExchange) => number): FormatOperator {
  return { http: (exchange) => String(http(exchange)), tcp: none, isNumber: true }
}

/** Of all tries. */
function upstream({ lastTry }: LoggedExchange, side: 'sent' | 'received', count: keyof typeof noCounts): number {
  let sum = 0
  for (let each = lastTry; each !== undefined; each = each.before) sum += each[side][count]
  return sum
}

const noCounts = { bytes: 0, fieldBytes: 0, plainBytes: 0 } satisfies Record<Count | 'plainBytes', number>

/** Names and values as they are, without what frames them. */
function bytesOf(headers: Pick<HeaderBlock, 'names' | 'values' | 'count'> | undefined): number {
  if (headers === undefined) return 0
  let sum = 0
  for (let index = 0; index < headers.count; index++) {
    const name = headers.names[index] as string // in range
    if (name !== '') sum += name.length + (headers.values[index] as string).length
  }
  return sum
}

const lengthField = 'content-length'
/** "Sun, 06 Nov 1994 08:49:37 GMT". */
const dateLength = 29

function requestBytes(exchange: LoggedExchange): number {
  const { method, target, scheme, headers } = exchange
  if (method === '') return 0
  const host = headers.get('host')
  const length = headers.has(lengthField) ? undefined : exchange.requestHeader(lengthField)
  return (
    bytesOf(headers) +
    // The host is a pseudo-header.
    (host === undefined ? 0 : ':authority'.length - 'host'.length) +
    (length === undefined ? 0 : lengthField.length + length.length) +
    ':method:path:scheme'.length +
    method.length +
    target.length +
    scheme.length
  )
}

function responseBytes(exchange: LoggedExchange): number {
  const { responseHeaders } = exchange
  if (responseHeaders === undefined) return 0
  const length = responseHeaders.has(lengthField) ? undefined : exchange.responseHeader(lengthField)
  return (
    bytesOf(responseHeaders) +
    ':status200'.length +
    (responseHeaders.has('date') ? 0 : 'date'.length + dateLength) +
    (length === undefined ? 0 : lengthField.length + length.length)
  )
}

/** What HTTP/2 sends is known by what it was made of. */
function plainAnswer(exchange: LoggedExchange): number {
  const { downstream, majorVersion, responseTrailers } = exchange
  return majorVersion === 2 ? responseBytes(exchange) + bytesOf(responseTrailers) : downstream.sent.plainBytes
}

function plainRequest(exchange: LoggedExchange): number {
  const isCompressed = exchange.cluster?.http2 !== undefined
  return isCompressed && exchange.lastTry?.port !== undefined
    ? requestBytes(exchange)
    : upstream(exchange, 'sent', 'plainBytes')
}

/** How many bytes went over both connections, and how many of them were fields. */
export const wireOperators = {
  DOWNSTREAM_WIRE_BYTES_RECEIVED: number(
    ({ downstream }) => downstream.received.bytes,
    ({ bytes }) => bytes.fromClient,
  ),
  DOWNSTREAM_WIRE_BYTES_SENT: number(
    ({ downstream }) => downstream.sent.bytes,
    ({ bytes }) => bytes.fromUpstream,
  ),
  UPSTREAM_WIRE_BYTES_RECEIVED: number(
    (exchange) => upstream(exchange, 'received', 'bytes'),
    ({ bytes }) => bytes.fromUpstream,
  ),
  UPSTREAM_WIRE_BYTES_SENT: number(
    (exchange) => upstream(exchange, 'sent', 'bytes'),
    ({ bytes }) => bytes.fromClient,
  ),
  DOWNSTREAM_HEADER_BYTES_RECEIVED: ofHead(({ downstream }) => downstream.received.fieldBytes),
  DOWNSTREAM_HEADER_BYTES_SENT: ofHead(({ downstream }) => downstream.sent.fieldBytes),
  UPSTREAM_HEADER_BYTES_RECEIVED: ofHead((exchange) => upstream(exchange, 'received', 'fieldBytes')),
  UPSTREAM_HEADER_BYTES_SENT: ofHead((exchange) => upstream(exchange, 'sent', 'fieldBytes')),
  DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED: ofHead(({ downstream }) => downstream.received.plainBytes),
  DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT: ofHead(plainAnswer),
  UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED: ofHead((exchange) => upstream(exchange, 'received', 'plainBytes')),
  UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT: ofHead(plainRequest),
  REQUEST_HEADERS_BYTES: ofHead(requestBytes),
  RESPONSE_HEADERS_BYTES: ofHead(responseBytes),
  RESPONSE_TRAILERS_BYTES: ofHead(({ responseTrailers }) => bytesOf(responseTrailers)),
} as const satisfies Record<string, FormatOperator>
