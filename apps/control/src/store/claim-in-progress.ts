import { AsyncLocalStorage } from 'node:async_hooks'
import type { Prisma } from '../generated/prisma/client.ts'

/** A request with an Idempotency-Key, while it is worked on. */
export type ClaimInProgress = {
  /** Called in every transaction of the request: what it does and that it was done are committed together. */
  mark(tx: Prisma.TransactionClient): Promise<void>
}

/** The claim of the request that is worked on here. */
export const claimInProgress = new AsyncLocalStorage<ClaimInProgress>()
