import type { Subscription } from './subscription.ts'

/** The part of a discovery request that says which response it answers. */
export type AnswerFields = { readonly responseNonce: string; readonly errorMessage: string | undefined }

/**
 * - `subscribe`: the first request of this type on the stream.
 * - `names`: it answers nothing; only the names may have changed.
 * - `stale`: it answers an older response; the answer to the latest one is still on its way.
 */
export type Answer =
  | { readonly kind: 'subscribe' | 'names' | 'ack' | 'stale' }
  | { readonly kind: 'nack'; readonly reason: string }

/**
 * Says what a request means for our latest response.
 *
 * A refusal is known by its error and never by the version: gRPC clients take the good resources of a response, refuse
 * the others, and then report the *new* version together with the error.
 */
export function classifyAnswer(subscription: Subscription, request: AnswerFields): Answer {
  if (subscription.phase === 'unasked') return { kind: 'subscribe' }
  // No response was sent yet (nothing to send, or held back): there is nothing it could answer.
  if (subscription.lastNonce === undefined) return { kind: 'names' }
  if (request.responseNonce !== subscription.lastNonce) return { kind: 'stale' }
  // Answered before; state-of-the-world clients repeat the nonce when their names change.
  if (subscription.phase === 'idle') return { kind: 'names' }
  if (request.errorMessage !== undefined) return { kind: 'nack', reason: request.errorMessage }
  return { kind: 'ack' }
}
