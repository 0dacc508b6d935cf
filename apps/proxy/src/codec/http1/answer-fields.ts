import type { HeaderBlock } from '../../message/header-block.ts'
import { dateField } from '../date-field.ts'
import { opensTunnel } from './opens-tunnel.ts'
import type { RequestHead } from './request-head.ts'

/** What stands in an answer's head between status line and framing: fields, date, and what it says of the connection. */
export function answerFields(status: number, headers: HeaderBlock, asked: RequestHead, isLast: boolean): string {
  const date = headers.has('date') ? '' : dateField()
  const connection = opensTunnel(asked.method, status) ? '' : connectionField(asked.minorVersion, isLast)
  return headers.toWire() + date + connection
}

/** Says what a client would not expect: one of HTTP/1.0 that the connection goes on. */
function connectionField(minorVersion: number, isLast: boolean): string {
  if (isLast) return '\r\nconnection: close'
  return minorVersion === 0 ? '\r\nconnection: keep-alive' : ''
}
