import { compileHeaderFormat } from '@heddle/engine/mutate/compile-header-format'
import { partValue } from '@heddle/engine/mutate/header-format'
import { compileLogText } from './compile-log-text.ts'
import type { FormatOperator } from './format-operator.ts'
import { formatOperators } from './format-operators.ts'
import type { LogTemplate } from './log-format.ts'
import type { LogText } from './log-text.ts'
import { readableText } from './readable-text.ts'

/**
 * A line of JSON, its end included. What is the same in every line is written once, when the template is taken apart; a
 * request only fills in its values. Values are escaped: a header cannot write a line of its own.
 */
export function compileJsonLine(template: LogTemplate, path: string, omitsEmpty = false): LogText {
  const pieces = merged([...(omitsEmpty ? [sparseLine(template, path)] : piecesOf(template, path)), '\n'])
  return {
    http: (exchange) => {
      let line = ''
      for (const piece of pieces) line += typeof piece === 'string' ? piece : piece.http(exchange)
      return line
    },
    tcp: (session) => pieces.map((piece) => (typeof piece === 'string' ? piece : piece.tcp(session))).join(''),
  }
}

/** Text that is always the same, or a value that each line has its own of. */
type Piece = string | LogText

function piecesOf(template: LogTemplate, path: string): Piece[] {
  if (typeof template === 'string') return [compileValue(template, path)]
  if (template === null || typeof template !== 'object') return [JSON.stringify(template)]
  if (isList(template)) {
    return ['[', ...template.flatMap((each, index) => [comma(index), ...piecesOf(each, `${path}[${index}]`)]), ']']
  }
  const fields = Object.entries(template).flatMap(([name, each], index) => [
    `${comma(index)}${JSON.stringify(name)}:`,
    ...piecesOf(each, `${path}.${name}`),
  ])
  return ['{', ...fields, '}']
}

/** Something is always written. */
function sparseLine(template: LogTemplate, path: string): LogText {
  const { http, tcp } = sparseOf(template, path)
  const orEmpty = (text: string) => (text === 'null' ? '{}' : text)
  return { http: (exchange) => orEmpty(http(exchange)), tcp: (session) => orEmpty(tcp(session)) }
}

/** Without what is null, and without what has nothing left in it then. Which that is is known with each line. */
function sparseOf(template: LogTemplate, path: string): LogText {
  if (typeof template === 'string') return compileValue(template, path, '')
  if (template === null || typeof template !== 'object') {
    const text = JSON.stringify(template)
    return { http: () => text, tcp: () => text }
  }
  const isArray = isList(template)
  const fields = Object.entries(template).map(([name, each]) => ({
    key: isArray ? '' : `${JSON.stringify(name)}:`,
    value: sparseOf(each, isArray ? `${path}[${name}]` : `${path}.${name}`),
  }))
  const joined = (read: (value: LogText) => string) => {
    const told = fields.map(({ key, value }) => ({ key, text: read(value) })).filter(({ text }) => text !== 'null')
    // A list is there, whatever is in it.
    if (told.length === 0) return isArray ? '[]' : 'null'
    const inner = told.map(({ key, text }) => key + text).join(',')
    return isArray ? `[${inner}]` : `{${inner}}`
  }
  return {
    http: (exchange) => joined(({ http }) => http(exchange)),
    tcp: (session) => joined(({ tcp }) => tcp(session)),
  }
}

function comma(index: number): string {
  return index === 0 ? '' : ','
}

function isList(template: object): template is readonly LogTemplate[] {
  return Array.isArray(template)
}

/** An operator by itself keeps its type, and is null where it has no value; one within a text is a text. */
function compileValue(pattern: string, path: string, absent = '-'): LogText {
  const format = compileHeaderFormat(pattern, path)
  const only = format.kind === 'parts' && format.parts.length === 1 ? format.parts[0] : undefined
  if (only === undefined || only.kind === 'text') return written(compileLogText(pattern, path, absent), quoted)
  if (only.kind !== 'command') {
    const write = remembering((value) => quoted(readableText(value)))
    const http: LogText['http'] = (exchange) => {
      const value = partValue(only, exchange)
      return value === undefined ? 'null' : write(value)
    }
    return { http, tcp: () => 'null' }
  }
  const { json, tcpJson, isNumber, isText }: FormatOperator = formatOperators[only.command]
  if (json !== undefined || tcpJson !== undefined) {
    return {
      http: (exchange) => (json === undefined ? 'null' : cut(json(exchange, only.args), only.lengthMax)),
      tcp: (session) => (tcpJson === undefined ? 'null' : cut(tcpJson(session, only.args), only.lengthMax)),
    }
  }
  // What is told may be a "-" itself.
  return written(compileLogText(pattern, path, ''), isText ? quoted : isNumber ? numberOrNull : textOrNull)
}

/** Of a text so many characters; other values are told whole. */
function cut(value: string, lengthMax: number): string {
  if (value.length <= lengthMax || !value.startsWith('"')) return value
  return JSON.stringify((JSON.parse(value) as string).slice(0, lengthMax)) // a text
}

function written(text: LogText, form: (value: string) => string): LogText {
  const write = remembering(form)
  return { http: (exchange) => write(text.http(exchange)), tcp: (session) => write(text.tcp(session)) }
}

/** Most values of a line are those of the line before: hosts, clusters, programs. */
function remembering(write: (value: string) => string): (value: string) => string {
  let last = ''
  let known = write(last)
  return (value) => {
    if (value === last) return known
    last = value
    known = write(value)
    return known
  }
}

function textOrNull(value: string): string {
  return value === '' ? 'null' : quoted(value)
}

/** Written as JSON writes numbers, whatever the operator's text looks like. */
function numberOrNull(value: string): string {
  return digits.test(value) ? value : value === '' ? 'null' : JSON.stringify(Number(value))
}

const digits = /^(?:0|[1-9]\d{0,14})$/

function quoted(value: string): string {
  return plain.test(value) ? `"${value}"` : JSON.stringify(value)
}

/** Printable ASCII without quote and backslash: what JSON writes as it is. */
const plain = /^[ !#-[\]-~]*$/

function merged(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = []
  for (const piece of pieces) {
    const last = result.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') result[result.length - 1] = last + piece
    else result.push(piece)
  }
  return result
}
