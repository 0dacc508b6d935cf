import { compileHeaderFormat } from '@heddle/engine/mutate/compile-header-format'
import { formatHeader } from '@heddle/engine/mutate/header-format'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import { type LogOperator, logOperators } from './log-operators.ts'

/** Puts the text of one pattern together. */
export type LogText = {
  readonly http: (exchange: HttpExchange) => string
  readonly tcp: (session: TcpSession) => string
}

/** Takes a pattern apart once; absent values are "-". Throws `ResourceRejected` for an operator that is not known. */
export function compileLogText(pattern: string, path: string): LogText {
  const parts = pattern.split(operatorOrText).filter((part) => part !== '')
  const texts = parts.map((part) => compilePart(part, path))
  const [only] = texts
  if (texts.length === 1 && only !== undefined) return only
  return {
    http: (exchange) => {
      let text = ''
      for (const each of texts) text += each.http(exchange)
      return text
    },
    tcp: (session) => texts.map(({ tcp }) => tcp(session)).join(''),
  }
}

/** "%%" is no operator. */
const operatorOrText = /(%%|%[A-Z_]+%)/

function compilePart(part: string, path: string): LogText {
  const known: LogOperator | undefined =
    part.length > 2 && part.startsWith('%') ? logOperators[part.slice(1, -1)] : undefined
  if (known !== undefined) {
    return { http: (exchange) => known.http(exchange) || '-', tcp: (session) => known.tcp(session) || '-' }
  }
  const format = compileHeaderFormat(part, path)
  const isText = format.kind === 'literal'
  return {
    http: (exchange) => formatHeader(format, exchange, '-') || '-',
    // Of a connection that is passed on unread there are no headers.
    tcp: () => (isText ? formatHeader(format, nothing, '-') : '-'),
  }
}

const nothing = { requestHeader: () => undefined, responseHeader: () => undefined, field: () => undefined }
