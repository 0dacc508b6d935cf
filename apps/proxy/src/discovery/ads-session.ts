import type { ResourceKind } from '../config/build-config.ts'
import type { Held, HeldResources } from './held-resources.ts'

/** What one response says, read but not yet applied. */
export type Update = {
  readonly kind: ResourceKind
  readonly nonce: string
  readonly changed: ReadonlyMap<string, Held>
  readonly removed: readonly string[]
  /** Resources whose bytes cannot be read. */
  readonly unreadable: readonly { readonly name: string; readonly reason: string }[]
}

/**
 * The client's side of one ADS stream, without its socket. Pure but for its own memory: which names were asked for, and
 * what was answered. There is one for each of the protocol's two forms.
 */
export type AdsSession = {
  /** What a new stream opens with; it lets the server know what we have. */
  open(held: HeldResources): Uint8Array[]
  /** Requests for names that have come to be wanted or are no longer; none when nothing changed. */
  subscribe(held: HeldResources): Uint8Array[]
  /** Undefined: a type that is not ours. Throws when the response itself cannot be read. */
  read(bytes: Uint8Array, held: HeldResources): Update | undefined
  ack(update: Update): Uint8Array
  /** `reason` names each refused resource. */
  nack(update: Update, reason: string): Uint8Array
}
