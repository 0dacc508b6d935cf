import type { UpstreamFailure } from '../message/upstream-port.ts'
import { cutResponse } from './cut-response.ts'
import type { HttpExchange } from './http-exchange.ts'

/** The upstream failed when its answer was on its way to the client. */
export function cutByFailure(exchange: HttpExchange, failure: UpstreamFailure, detail: string): void {
  const { flag, word } = byFailure[failure] ?? terminated
  exchange.addFlag(flag)
  const rule = failure === 'protocol-error' && detail !== '' ? `,${detail}` : ''
  cutResponse(exchange, `upstream_reset_after_response_started{${word}${rule}}`)
}

type Words = { readonly flag: Parameters<HttpExchange['addFlag']>[0]; readonly word: string }

const protocolError: Words = { flag: 'UPE', word: 'protocol_error' }
const refused: Words = { flag: 'UR', word: 'remote_refused_stream_reset' }
const byFailure: Partial<Record<UpstreamFailure, Words>> = {
  'protocol-error': protocolError,
  // Of HTTP/1.1 whose framing says that more was to come.
  'body-cut-short': protocolError,
  'remote-reset': { flag: 'UR', word: 'remote_reset' },
  'remote-connect-error': { flag: 'UR', word: 'remote_error_with_CONNECT_request' },
  'refused-stream': refused,
  unprocessed: refused,
}
const terminated: Words = { flag: 'UC', word: 'connection_termination' }
