import type { EncodedResource } from './resource-set.ts'
import type { ResourceType } from './resource-type.ts'

/** How a stream speaks: by differences, or state of the world. */
export type StreamMode = 'delta' | 'sotw'

/**
 * ```
 *              first request          response sent
 *   unasked ────────────────▶ idle ────────────────▶ awaiting
 *                              ▲                        │
 *                              └────── ack or nack ─────┘     (a stale answer changes nothing)
 * ```
 * `awaiting` is the gate: one response per type and stream is on its way at most, so a slow proxy is sent the newest
 * state once and not every state it missed.
 */
export type SubscriptionPhase = 'unasked' | 'idle' | 'awaiting'

/** What we know that the proxy has under a name which is pending. */
export type Held =
  /** Certainly nothing. */
  | { readonly kind: 'nothing' }
  /** Certainly this one. */
  | { readonly kind: 'has'; readonly resource: EncodedResource }
  /** It refused a response with this name in it and may have taken it in part. `resource`: what it took last. */
  | { readonly kind: 'unsure'; readonly resource: EncodedResource | undefined }
  /** It asked: answered in any case, even with what it has. */
  | { readonly kind: 'asked' }

export const holdsNothing: Held = { kind: 'nothing' }
export const wasAsked: Held = { kind: 'asked' }
export const isUnsure: Held = { kind: 'unsure', resource: undefined }

/** What a response said about one name. */
export type Sent = {
  /** Undefined: that it is removed. */
  readonly version: string | undefined
  /** What the proxy held before, as far as we knew. */
  readonly before: EncodedResource | undefined
}

/** What one stream wants of one type, and how far it is. Changed only by the functions of `ads-stream-state.ts`. */
export type Subscription = {
  readonly type: ResourceType
  phase: SubscriptionPhase
  isWildcard: boolean
  names: Set<string>
  /** State of the world: after a first explicit name, an empty list means nothing and no longer everything. */
  hasNamed: boolean
  /** Names to send, with what the proxy holds. Small: a name leaves when it is sent. */
  pending: Map<string, Held>
  /** What the response under way said. */
  sent: Map<string, Sent>
  /** What the proxy refused. Not sent again before the content of one of these names changes. */
  rejected: Map<string, Sent>
  lastNonce: string | undefined
  /** An answer is due even when there is nothing to say: proxies wait for the first one. */
  owesAnswer: boolean
  /** The proxy runs something of this type, from this stream or an earlier one. */
  hasContent: boolean
}

export function newSubscription(type: ResourceType): Subscription {
  return {
    type,
    phase: 'unasked',
    isWildcard: false,
    names: new Set(),
    hasNamed: false,
    pending: new Map(),
    sent: new Map(),
    rejected: new Map(),
    lastNonce: undefined,
    owesAnswer: false,
    hasContent: false,
  }
}

/** Whether the proxy wants this name. */
export function covers(subscription: Subscription, name: string): boolean {
  return subscription.isWildcard || subscription.names.has(name)
}
