import { compileJsonLine } from './compile-json-line.ts'
import { compileLogText } from './compile-log-text.ts'
import type { LogFormat } from './log-format.ts'
import type { LogText } from './log-text.ts'
import { lineText } from './readable-text.ts'

/** Puts one line together, its end included. */
export type LogLine = LogText

/** Takes a format apart once. Throws `ResourceRejected` for an operator that is not known. */
export function compileLogLine(format: LogFormat, path: string): LogLine {
  if (format.kind === 'text') {
    const { http, tcp } = compileLogText(format.pattern, path, format.omitsEmpty ? '' : '-', lineText)
    return { http: (exchange) => ended(http(exchange)), tcp: (session) => ended(tcp(session)) }
  }
  return compileJsonLine(format.template, path, format.omitsEmpty)
}

function ended(line: string): string {
  return line.endsWith('\n') ? line : `${line}\n`
}
