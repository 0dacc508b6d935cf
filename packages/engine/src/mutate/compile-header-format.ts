import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { checkCommandArguments } from './check-command-arguments.ts'
import { type CommandSyntax, formatCommands, isFormatCommand } from './format-command.ts'
import type { FormatPart, HeaderFormat } from './header-format.ts'

/** Takes a value with Envoy's command operators apart. "%%" is a percent sign; an unknown operator is refused. */
export function compileHeaderFormat(text: string, path: string): HeaderFormat {
  const parts: FormatPart[] = []
  let literal = ''
  const flush = () => {
    if (literal !== '') parts.push({ kind: 'text', text: literal })
    literal = ''
  }
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '%') {
      literal += text[at++]
      continue
    }
    if (text[at + 1] === '%') {
      literal += '%'
      at += 2
      continue
    }
    const match = operator.exec(text.slice(at))
    if (match === null) throw new ResourceRejected(path, `"${text}" has a percent sign that begins no operator`)
    flush()
    parts.push(partOf(match, path))
    at += match[0].length
  }
  flush()
  if (parts.length === 0) return { kind: 'literal', text: '' }
  const [only] = parts
  return parts.length === 1 && only?.kind === 'text' ? { kind: 'literal', text: only.text } : { kind: 'parts', parts }
}

const operator = /^%([A-Z_0-9]+)(?:\(([^)]*)\))?(?::(\d{1,5}))?%/

/** Operators that read a header or a trailer, under both of their names. */
const headerKinds: Readonly<Record<string, 'request-header' | 'response-header' | 'response-trailer'>> = {
  REQ: 'request-header',
  REQUEST_HEADER: 'request-header',
  RESP: 'response-header',
  RESPONSE_HEADER: 'response-header',
  TRAILER: 'response-trailer',
  RESPONSE_TRAILER: 'response-trailer',
}

function partOf([whole, name = '', args, length]: RegExpExecArray, path: string): FormatPart {
  const lengthMax = length === undefined ? Number.POSITIVE_INFINITY : Number(length)
  const kind = headerKinds[name]
  if (kind !== undefined) {
    const [header = '', alternative, ...more] = (args ?? '').toLowerCase().split('?')
    if (header === '') throw new ResourceRejected(path, `${whole} names no header`)
    if (more.length > 0) throw new ResourceRejected(path, `${whole} has more than one alternative`)
    return { kind, name: header, alternative, lengthMax }
  }
  if (!isFormatCommand(name)) throw new ResourceRejected(path, `operator ${whole} is not supported yet`)
  checkSyntax(formatCommands[name], whole, args, length, path)
  checkCommandArguments(name, args ?? '', whole, path)
  return { kind: 'command', command: name, args: args ?? '', lengthMax }
}

/** What may follow an operator's name is Envoy's; more would be ignored. */
function checkSyntax(
  syntax: CommandSyntax,
  whole: string,
  args: string | undefined,
  length: string | undefined,
  path: string,
): void {
  if (args !== undefined && syntax === 'bare') throw new ResourceRejected(path, `${whole} takes nothing in brackets`)
  if ((args ?? '') === '' && syntax.startsWith('required')) {
    throw new ResourceRejected(path, `${whole} needs something in brackets`)
  }
  if (length !== undefined && !syntax.endsWith('cut')) {
    throw new ResourceRejected(path, `${whole} cannot be cut to a length`)
  }
}
