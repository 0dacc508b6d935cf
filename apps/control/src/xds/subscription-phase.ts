import type { Answer } from './classify-answer.ts'
import type { Subscription, SubscriptionPhase } from './subscription.ts'

/** Everything that can happen to a subscription's phase: the five kinds of request, and a response of ours. */
export type SubscriptionEvent = Answer['kind'] | 'respond'

/**
 * The full transition table. `impossible` cells are kept out by `classifyAnswer` (a request) and `nextResponse` (the
 * gate); meeting one is a fault of ours and ends the stream.
 */
export const phaseAfter: Readonly<
  Record<SubscriptionPhase, Readonly<Record<SubscriptionEvent, SubscriptionPhase | 'impossible'>>>
> = {
  unasked: {
    subscribe: 'idle',
    names: 'impossible',
    ack: 'impossible',
    nack: 'impossible',
    stale: 'impossible',
    respond: 'impossible',
  },
  idle: {
    subscribe: 'impossible',
    names: 'idle',
    ack: 'impossible',
    nack: 'impossible',
    stale: 'idle',
    respond: 'awaiting',
  },
  awaiting: {
    subscribe: 'impossible',
    names: 'impossible',
    ack: 'idle',
    nack: 'idle',
    stale: 'awaiting',
    respond: 'impossible',
  },
}

export function enterPhase(subscription: Subscription, event: SubscriptionEvent): void {
  const phase = phaseAfter[subscription.phase][event]
  if (phase === 'impossible') {
    throw new Error(`${subscription.type} subscription: ${event} is impossible while ${subscription.phase}`)
  }
  subscription.phase = phase
}
