import type { HeaderBlock } from '../message/header-block.ts'
import type { HttpExchange } from './http-exchange.ts'

/** Tells the client how many tries its answer took, where the virtual host says so. */
export function addAttemptCount({ route, attempts }: HttpExchange, headers: HeaderBlock): void {
  if (route?.action.kind === 'forward' && route.action.answersAttemptCount) {
    headers.set('x-envoy-attempt-count', String(attempts))
  }
}
