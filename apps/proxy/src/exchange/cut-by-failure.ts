import type { UpstreamFailure } from '../message/upstream-port.ts'
import { cutResponse } from './cut-response.ts'
import type { HttpExchange } from './http-exchange.ts'

/** The upstream failed when its answer was on its way to the client. */
export function cutByFailure(exchange: HttpExchange, failure: UpstreamFailure, detail: string): void {
  exchange.addFlag(failure === 'protocol-error' ? 'UPE' : failure === 'remote-reset' ? 'UR' : 'UC')
  const reason = failure === 'protocol-error' ? `protocol_error,${detail}` : 'connection_termination'
  cutResponse(exchange, `upstream_reset_after_response_started{${reason}}`)
}
