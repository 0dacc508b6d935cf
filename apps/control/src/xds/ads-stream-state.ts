import type { AdsRequest } from './ads-request.ts'
import { type Answer, classifyAnswer } from './classify-answer.ts'
import { receiveNames } from './receive-names.ts'
import type { EncodedResource, Target } from './resource-set.ts'
import { type ResourceType, resourceTypes } from './resource-type.ts'
import { retargetSubscription } from './retarget-subscription.ts'
import { newSubscription, type Sent, type StreamMode, type Subscription } from './subscription.ts'
import { enterPhase } from './subscription-phase.ts'

/**
 * One ADS stream, without its socket: what the proxy wants, has, was sent and refused. No I/O and no clock.
 *
 * ```
 *   request ──▶ receive() ──┐                          ┌──▶ response 1 (clusters)
 *                           ├──▶ pending names ──▶ nextResponse() in push order
 *   new target ─▶ retarget()┘                          └──▶ nothing: in sync, or waiting for an answer
 * ```
 * Invariants (`ads-stream-state.test.ts` drives them with random proxies):
 *  1. At most one response per type is unanswered.
 *  2. A proxy that answers ends up with exactly the target, whatever the targets in between were.
 *  3. After that nothing is sent: every response has a reason.
 *  4. No route names a cluster that the proxy has not acknowledged; no cluster goes before the routes that name it.
 *  5. What was refused is not sent again before its content changes.
 */
export type AdsStreamState = {
  readonly mode: StreamMode
  /** Envoy warms a changed cluster until its endpoints come anew; gRPC clients do not. */
  readonly resendsEndpoints: boolean
  readonly subscriptions: Readonly<Record<ResourceType, Subscription>>
  target: Target
  responses: number
}

/** A response to send. `resources` and `removed` are complete; encoding adds nothing. */
export type AdsResponse = {
  readonly type: ResourceType
  readonly nonce: string
  readonly revision: number
  readonly resources: readonly EncodedResource[]
  readonly removed: readonly string[]
}

export function newStreamState(options: {
  mode: StreamMode
  resendsEndpoints: boolean
  target: Target
}): AdsStreamState {
  return {
    ...options,
    responses: 0,
    subscriptions: {
      cluster: newSubscription('cluster'),
      endpoint: newSubscription('endpoint'),
      listener: newSubscription('listener'),
      route: newSubscription('route'),
    },
  }
}

/** Takes a request in and says what it meant for our latest response of that type. */
export function receive(stream: AdsStreamState, request: AdsRequest): Answer {
  const subscription = stream.subscriptions[request.type]
  const answer = classifyAnswer(subscription, request)
  enterPhase(subscription, answer.kind)
  if (answer.kind === 'ack') settle(subscription)
  if (answer.kind === 'nack') refuse(stream, subscription)
  receiveNames(subscription, answer, request.names, stream.target.sets[request.type])
  return answer
}

/** Gives the stream a new target. What was under way stays under way; the rest is what a later response will say. */
export function retarget(stream: AdsStreamState, target: Target): void {
  const before = stream.target
  stream.target = target
  for (const type of resourceTypes) {
    retargetSubscription(stream.subscriptions[type], stream.mode, before.sets[type], target.sets[type])
  }
}

function settle(subscription: Subscription): void {
  if (subscription.sent.size > 0) subscription.hasContent = true
  subscription.sent = new Map()
}

function refuse(stream: AdsStreamState, subscription: Subscription): void {
  const wanted = stream.target.sets[subscription.type]
  const refused = subscription.sent
  subscription.sent = new Map()
  // The target has moved on while the refusal was on its way: it is over already.
  const isOver = [...refused].some(([name, sent]) => isChangedSince(sent, wanted.get(name)))
  if (!isOver) {
    for (const [name, sent] of refused) subscription.rejected.set(name, sent)
    return
  }
  for (const [name, sent] of refused) {
    if (subscription.pending.get(name)?.kind === 'asked') continue
    subscription.pending.set(name, { kind: 'unsure', resource: sent.before })
  }
}

function isChangedSince(sent: Sent, resource: EncodedResource | undefined): boolean {
  return resource?.version !== sent.version
}
