import type { AdsResponse, AdsStreamState } from './ads-stream-state.ts'
import { noEndpoints } from './no-endpoints.ts'
import { type PushStep, pushOrder } from './push-order.ts'
import type { EncodedResource } from './resource-set.ts'
import { isWholeStateType } from './resource-type.ts'
import { covers, type Held, type Sent, type Subscription, wasAsked } from './subscription.ts'
import { enterPhase } from './subscription-phase.ts'
import { viewOf } from './view-version.ts'

/**
 * A delta response stops growing here, and the rest follows after its acknowledgement: a proxy that reads slowly never
 * makes us hold more than this, and a client's 4 MiB message limit is never met.
 */
const responseBytesMax = 1024 * 1024

/** The next response that this stream may be sent, or undefined when nothing is due or everything due must wait. */
export function nextResponse(stream: AdsStreamState): AdsResponse | undefined {
  let isEverythingMade = true
  let isAnythingRefused = false
  for (const step of pushOrder) {
    const subscription = stream.subscriptions[step.type]
    if (step.waits && !isEverythingMade) return undefined
    // What builds on a refused resource is held back, so that the last good configuration serves on as a whole. A proxy
    // that has nothing yet is better off with a part.
    const isHeldBack = step.waits && isAnythingRefused && subscription.hasContent
    if (!isHeldBack && subscription.phase === 'idle') {
      const response = compose(stream, subscription, step.part)
      if (response !== undefined) return response
    }
    isEverythingMade &&= isMade(stream, subscription, step.part)
    isAnythingRefused ||= subscription.rejected.size > 0
  }
  return undefined
}

/** Whether the proxy has acknowledged all that it wants of the target. */
export function isInSync(stream: AdsStreamState): boolean {
  return Object.values(stream.subscriptions).every(
    (each) => each.phase !== 'awaiting' && each.pending.size === 0 && each.rejected.size === 0 && !each.owesAnswer,
  )
}

function isMade(stream: AdsStreamState, subscription: Subscription, part: PushStep['part']): boolean {
  if (subscription.phase === 'unasked') return true
  if (subscription.phase === 'awaiting' || subscription.owesAnswer) return false
  for (const [name, held] of subscription.pending) if (belongsTo(part, stream, subscription, name, held)) return false
  return true
}

/** Whether a pending name is dealt with in this part of the push. */
function belongsTo(
  part: PushStep['part'],
  stream: AdsStreamState,
  subscription: Subscription,
  name: string,
  held: Held,
): boolean {
  if (part === 'both') return true
  // A name that was asked for and does not exist is an answer, not a removal.
  const isMaking = held.kind === 'asked' || stream.target.sets[subscription.type].has(name)
  return isMaking === (part === 'make')
}

function compose(stream: AdsStreamState, subscription: Subscription, part: PushStep['part']): AdsResponse | undefined {
  const due: [string, Held][] = []
  for (const [name, held] of subscription.pending) {
    if (belongsTo(part, stream, subscription, name, held)) due.push([name, held])
  }
  const owesAnswer = subscription.owesAnswer && part !== 'break'
  if (due.length === 0 && !owesAnswer) return undefined

  const isWhole = stream.mode === 'sotw' && isWholeStateType(subscription.type)
  const said = isWhole ? sayWholeState(stream, subscription, due, part) : sayNames(stream, subscription, due)
  if (subscription.type === 'cluster') {
    wantEndpointsAgain(
      stream,
      due.map(([name]) => name).filter((name) => !subscription.pending.has(name)),
    )
  }
  subscription.owesAnswer = owesAnswer ? false : subscription.owesAnswer
  enterPhase(subscription, 'respond')
  stream.responses += 1
  subscription.lastNonce = String(stream.responses)
  return { type: subscription.type, nonce: subscription.lastNonce, revision: stream.target.revision, ...said }
}

type Said = Pick<AdsResponse, 'resources' | 'removed'>

function sayNames(stream: AdsStreamState, subscription: Subscription, due: readonly [string, Held][]): Said {
  const set = stream.target.sets[subscription.type]
  const resources: EncodedResource[] = []
  const removed: string[] = []
  let bytes = 0
  for (const [name, held] of due) {
    const resource = set.get(name) ?? absentInSotw(stream, subscription, name)
    if (resource === undefined) removed.push(name)
    else {
      bytes += resource.bytes.length
      if (resources.length > 0 && bytes > responseBytesMax) break
      resources.push(resource)
    }
    markSent(subscription, name, held, resource)
  }
  return { resources, removed }
}

/**
 * State of the world has no words for endpoints that do not exist, yet a proxy that was told of a cluster which has left
 * meanwhile waits for them, and holds back its acknowledgement of all clusters for so long. So it is told: none.
 */
function absentInSotw(stream: AdsStreamState, { type }: Subscription, name: string): EncodedResource | undefined {
  return stream.mode === 'sotw' && type === 'endpoint' ? noEndpoints(name) : undefined
}

function sayWholeState(
  stream: AdsStreamState,
  subscription: Subscription,
  due: readonly [string, Held][],
  part: PushStep['part'],
): Said {
  const resources = viewOf(subscription, stream.target.sets[subscription.type])
  for (const [name, held] of due) markSent(subscription, name, held, stream.target.sets[subscription.type].get(name))
  // A refusal concerns the whole response, so every name in it is remembered.
  for (const resource of resources) {
    if (!subscription.sent.has(resource.name)) {
      subscription.sent.set(resource.name, { version: resource.version, before: resource })
    }
  }
  if (part === 'make') resources.push(...stillHeld(subscription))
  return { resources, removed: [] }
}

/** What is to be removed later must be in the response, or it is removed now. */
function stillHeld(subscription: Subscription): EncodedResource[] {
  const kept: EncodedResource[] = []
  for (const [name, held] of subscription.pending) {
    if (!covers(subscription, name)) continue
    if ((held.kind === 'has' || held.kind === 'unsure') && held.resource !== undefined) kept.push(held.resource)
  }
  return kept
}

function markSent(subscription: Subscription, name: string, held: Held, resource: EncodedResource | undefined): void {
  const before = held.kind === 'has' || held.kind === 'unsure' ? held.resource : undefined
  const sent: Sent = { version: resource?.version, before }
  subscription.sent.set(name, sent)
  subscription.pending.delete(name)
}

/** See `push-order.ts`: Envoy does not ask again and waits. */
function wantEndpointsAgain(stream: AdsStreamState, sentClusters: readonly string[]): void {
  if (!stream.resendsEndpoints) return
  const endpoints = stream.subscriptions.endpoint
  if (endpoints.phase === 'unasked') return
  for (const name of sentClusters) {
    if (stream.target.sets.cluster.has(name) && covers(endpoints, name) && stream.target.sets.endpoint.has(name)) {
      endpoints.pending.set(name, wasAsked)
    }
  }
}
