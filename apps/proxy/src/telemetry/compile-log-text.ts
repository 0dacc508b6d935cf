import { compileHeaderFormat } from '@heddle/engine/mutate/compile-header-format'
import { formatHeader } from '@heddle/engine/mutate/header-format'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import { type LogOperator, logOperators } from './log-operators.ts'
import { operatorWithArguments } from './operators-with-arguments.ts'

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
const operatorOrText = /(%%|%[A-Z_0-9]+(?:\([^)]*\))?(?::\d{1,5})?%)/

function compilePart(part: string, path: string): LogText {
  const known = knownOperator(part, path)
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

/** Those that the engine's formats do not know. */
function knownOperator(part: string, path: string): LogOperator | undefined {
  const [, name = '', args, length] = operator.exec(part) ?? []
  const known = args === undefined ? logOperators[name] : operatorWithArguments(name, args, path)
  if (known === undefined || length === undefined) return known
  const { http, tcp } = known
  const lengthMax = Number(length)
  return { http: (exchange) => http(exchange).slice(0, lengthMax), tcp: (session) => tcp(session).slice(0, lengthMax) }
}

const operator = /^%([A-Z_0-9]+)(?:\(([^)]*)\))?(?::(\d{1,5}))?%$/

const nothing = { requestHeader: () => undefined, responseHeader: () => undefined, field: () => undefined }
