import { AsyncLocalStorage } from 'node:async_hooks'

/** What a request has done so far: a failure after it must not say that nothing was changed. */
export type RequestEffect = {
  /** A transaction of the request was told to commit. */
  mayHaveChanged: boolean
}

/** The effect of the request that is worked on here. */
export const requestEffect = new AsyncLocalStorage<RequestEffect>()
