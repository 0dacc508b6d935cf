import { compileHeaderFormat } from '@heddle/engine/mutate/compile-header-format'
import { formatHeader } from '@heddle/engine/mutate/header-format'
import type { AccessLogConfig, LogTemplate } from '../config/proxy-config.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import { type LogOperator, logOperators } from './log-operators.ts'

/** Puts one line together, its end included. */
export type LogLine = {
  readonly http: (exchange: HttpExchange) => string
  readonly tcp: (session: TcpSession) => string
}

/** Takes a format apart once. Throws `ResourceRejected` for an operator that is not known. */
export function compileLogLine(format: AccessLogConfig['format'], path: string): LogLine {
  if (format.kind === 'text') {
    const { http, tcp } = compileText(format.pattern, path)
    return { http: (exchange) => ended(http(exchange)), tcp: (session) => ended(tcp(session)) }
  }
  const value = compileValue(format.template, path)
  // JSON escapes control characters: a header cannot write a line of its own.
  return {
    http: (exchange) => `${JSON.stringify(value.http(exchange))}\n`,
    tcp: (session) => `${JSON.stringify(value.tcp(session))}\n`,
  }
}

function ended(line: string): string {
  return line.endsWith('\n') ? line : `${line}\n`
}

type LogValue = {
  readonly http: (exchange: HttpExchange) => unknown
  readonly tcp: (session: TcpSession) => unknown
}

function compileValue(template: LogTemplate, path: string): LogValue {
  if (typeof template === 'string') return compileField(template, path)
  if (template === null || typeof template !== 'object') return { http: () => template, tcp: () => template }
  if (isList(template)) {
    const values = template.map((each, index) => compileValue(each, `${path}[${index}]`))
    return {
      http: (exchange) => values.map(({ http }) => http(exchange)),
      tcp: (session) => values.map(({ tcp }) => tcp(session)),
    }
  }
  const fields = Object.entries(template).map(([name, each]) => [name, compileValue(each, `${path}.${name}`)] as const)
  return {
    http: (exchange) => {
      const object: Record<string, unknown> = {}
      for (const [name, { http }] of fields) object[name] = http(exchange)
      return object
    },
    tcp: (session) => {
      const object: Record<string, unknown> = {}
      for (const [name, { tcp }] of fields) object[name] = tcp(session)
      return object
    },
  }
}

function isList(template: object): template is readonly LogTemplate[] {
  return Array.isArray(template)
}

/** An operator by itself keeps its type, and is null where it has no value; one within a text is a text. */
function compileField(pattern: string, path: string): LogValue {
  const text = compileText(pattern, path)
  if (!single.test(pattern)) return text
  // Flags are always told: "-" says that there are none.
  if (pattern === '%RESPONSE_FLAGS%') return text
  const isNumber = isNumeric(pattern)
  const typed = (value: string) => (value === '-' || value === '' ? null : isNumber ? Number(value) : value)
  return { http: (exchange) => typed(text.http(exchange)), tcp: (session) => typed(text.tcp(session)) }
}

const single = /^%[^%]+%$/

function isNumeric(pattern: string): boolean {
  return pattern === '%DOWNSTREAM_LOCAL_PORT%' || logOperators[pattern.slice(1, -1)]?.isNumber === true
}

type Text = { readonly http: (exchange: HttpExchange) => string; readonly tcp: (session: TcpSession) => string }

/** Absent values are "-". */
function compileText(pattern: string, path: string): Text {
  const parts = pattern.split(operatorOrText).filter((part) => part !== '')
  const texts = parts.map((part) => compilePart(part, path))
  const [only] = texts
  if (texts.length === 1 && only !== undefined) return only
  return {
    http: (exchange) => texts.map(({ http }) => http(exchange)).join(''),
    tcp: (session) => texts.map(({ tcp }) => tcp(session)).join(''),
  }
}

/** "%%" is no operator. */
const operatorOrText = /(%%|%[A-Z_]+%)/

function compilePart(part: string, path: string): Text {
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
