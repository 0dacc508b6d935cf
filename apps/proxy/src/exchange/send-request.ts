import type { ForwardAction } from '@heddle/engine/route/forward-action'
import { NO_BODY } from '../message/body-framing.ts'
import type { UpstreamPort } from '../message/upstream-port.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { RequestUpload } from './request-upload.ts'
import { nameEndpoint } from './tell-try.ts'

/** Sends what is there of a request on a connection that is ready: its head, what of its body has come, and its end. */
export function sendRequest(
  exchange: HttpExchange,
  action: ForwardAction,
  port: UpstreamPort,
  upload: RequestUpload,
): void {
  nameEndpoint(exchange, action)
  const { requestFraming, requestLength, method, target, headers, virtualCluster } = exchange
  if (virtualCluster !== undefined) virtualCluster.tries++
  port.sendHead(method, target, headers, requestFraming, requestLength)
  if (requestFraming === NO_BODY) port.sendEnd(undefined)
  else upload.start(port)
}
