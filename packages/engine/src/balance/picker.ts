import type { Hash64 } from '../hash/xx-hash64.ts'

/** Picks out of one list of endpoints, which never changes and is not empty. Allocates nothing. */
export type Picker<Endpoint> = {
  /** `hash` is what keeps requests together; `attempt` counts tries that a former pick did not satisfy, from 0. */
  pick(hash: Hash64 | undefined, attempt: number, nowMs: number): Endpoint
}

/** Endpoints with what each is worth. */
export type Weighted<Endpoint> = { readonly endpoint: Endpoint; readonly weight: number }
