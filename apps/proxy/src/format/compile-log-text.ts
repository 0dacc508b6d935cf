import { compileHeaderFormat } from '@heddle/engine/mutate/compile-header-format'
import { type FormatPart, partValue } from '@heddle/engine/mutate/header-format'
import type { FormatOperator } from './format-operator.ts'
import { formatOperators } from './format-operators.ts'
import type { LogText } from './log-text.ts'
import { readableText } from './readable-text.ts'

/**
 * Takes a pattern apart once; `absent` stands for what there is not, and `read` makes a value fit for where it is written.
 * Throws `ResourceRejected` for an operator that is not known.
 */
export function compileLogText(pattern: string, path: string, absent = '-', read = readableText): LogText {
  const format = compileHeaderFormat(pattern, path)
  if (format.kind === 'literal') return { http: () => format.text, tcp: () => format.text }
  const texts = format.parts.map((part) => compilePart(part, absent, read))
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

function compilePart(part: FormatPart, absent: string, read: (value: string) => string): LogText {
  switch (part.kind) {
    case 'text':
      return { http: () => part.text, tcp: () => part.text }
    case 'command': {
      const { args, lengthMax } = part
      const { http, tcp, isText }: FormatOperator = formatOperators[part.command]
      const none = isText ? '' : absent
      const told = (value: string | undefined) => (value === undefined ? absent : read(value) || none)
      if (lengthMax === Number.POSITIVE_INFINITY) {
        return { http: (exchange) => told(http(exchange, args)), tcp: (session) => told(tcp(session, args)) }
      }
      return {
        http: (exchange) => told(http(exchange, args)?.slice(0, lengthMax)),
        tcp: (session) => told(tcp(session, args)?.slice(0, lengthMax)),
      }
    }
    // Of a connection that is passed on unread there are no headers.
    case 'request-header':
    case 'response-header':
    case 'response-trailer':
      return {
        http: (exchange) => {
          const value = partValue(part, exchange)
          // One that is there and empty is written as it is.
          return value === undefined ? absent : read(value)
        },
        tcp: () => absent,
      }
  }
}
