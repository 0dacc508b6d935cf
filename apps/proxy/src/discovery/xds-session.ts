import type { Node } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { ResourceKind } from '../config/build-config.ts'
import type { ListKind } from '../resources/fixed-wants.ts'
import type { Held, HeldResources, NamedKind } from '../resources/held-resources.ts'

/** What one response says, read but not yet applied. */
export type Update = {
  readonly kind: ResourceKind
  readonly nonce: string
  /** Of the response. */
  readonly version: string
  readonly changed: ReadonlyMap<string, Held>
  readonly removed: readonly string[]
  /** What is removed was not taken away: its own time is over. */
  readonly isExpired?: boolean
  /** Resources whose bytes cannot be read. */
  readonly unreadable: readonly { readonly name: string; readonly reason: string }[]
  /** How long what has come may stay, where that is said; it is said again with a resource, or without one as a heartbeat. */
  readonly ttlsMs: ReadonlyMap<string, number>
}

/** What a stream is for: all that ADS carries, or one list or one resource. */
export type StreamScope = {
  readonly lists: readonly ListKind[]
  /** What is asked for by name. */
  names(held: HeldResources): Readonly<Record<NamedKind, ReadonlySet<string>>>
  /** A response of any other type has no subscriber here, and is passed over as in Envoy. */
  takes(kind: ResourceKind): boolean
}

export type SessionOptions = {
  readonly node: Node
  readonly scope: StreamScope
  /** Else every request says who asks. */
  readonly isNodeSaidOnce: boolean
}

/**
 * The client's side of one stream, without its socket. Pure but for its own memory: which names were asked for, and
 * what was answered. There is one for each of the protocol's two forms.
 */
export type XdsSession = {
  /** What a new stream opens with; it lets the server know what we have. */
  open(held: HeldResources): Uint8Array[]
  /** Requests for names that have come to be wanted or are no longer; none when nothing changed. */
  subscribe(held: HeldResources): Uint8Array[]
  /** A resource at a time. Undefined: a type that is not ours. Throws when the response itself cannot be read. */
  read(bytes: Uint8Array, held: HeldResources): Generator<undefined, Update | undefined>
  ack(update: Update): Uint8Array
  /** `reason` names each refused resource. */
  nack(update: Update, reason: string): Uint8Array
}
