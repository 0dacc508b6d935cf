import type { DrainedListeners } from '../admin/admin-sources.ts'
import type { LifecycleLevel } from '../lifecycle-log.ts'
import type { PushedLayer } from '../runtime/pushed-layer.ts'
import type { SentChange } from './sent-change.ts'

/** What a worker is asked. Each question has an answer with the same id. */
export type Question =
  | { readonly kind: 'apply'; readonly change: SentChange }
  | { readonly kind: 'metrics' }
  /** The next parts of a page, under the number of whoever reads it. */
  | { readonly kind: 'read'; readonly of: 'stats' | 'clusters'; readonly reading: number }
  | { readonly kind: 'drain'; readonly which: DrainedListeners }
  | { readonly kind: 'health'; readonly fails: boolean }
  | { readonly kind: 'level'; readonly level: LifecycleLevel }
  /** All of the runtime that does not stand in the bootstrap. */
  | { readonly kind: 'runtime'; readonly layers: readonly PushedLayer[] }

/** So often a worker says that its event loop turns. */
export const beatMs = 1000

export type ToSupervisor =
  | { readonly kind: 'ready' }
  /** Its event loop turns. */
  | { readonly kind: 'beat' }
  | { readonly kind: 'quit' }
  /** The leader's; it goes to every other worker of its generation. */
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  | { readonly kind: 'answer'; readonly id: number; readonly text: string; readonly failure: string | undefined }

export type ToWorker =
  /** To a leader in the place of another: what that one had sent. */
  | { readonly kind: 'inherited'; readonly change: SentChange }
  | { readonly kind: 'question'; readonly id: number; readonly question: Question }
  | {
      readonly kind: 'answers'
      readonly id: number
      readonly texts: readonly string[]
      readonly failures: readonly string[]
    }
