import type { ServerLimits } from '../codec/server-limits.ts'
import type { ServingChain } from '../exchange/http-filters.ts'

const limitsOf = new WeakMap<ServingChain, ServerLimits>()

/** What a chain says about the requests of its connections, whatever protocol they come in. The same for all of them. */
export function serverLimits(serving: ServingChain): ServerLimits {
  let limits = limitsOf.get(serving)
  if (limits === undefined) {
    limits = newLimits(serving)
    limitsOf.set(serving, limits)
  }
  return limits
}

function newLimits({ chain, listener: { bufferBytesMax } }: ServingChain): ServerLimits {
  return {
    headerBytesMax: chain.headerBytesMax,
    headerCountMax: chain.headerCountMax,
    underscores: chain.underscores,
    ignoredUpgrades: chain.ignoredUpgrades,
    fieldCase: chain.fieldCase,
    headersTimeoutMs: chain.requestHeadersTimeoutMs,
    requestTimeoutMs: chain.requestTimeoutMs,
    idleTimeoutMs: chain.idleTimeoutMs,
    drainTimeoutMs: chain.drainTimeoutMs,
    delayedCloseMs: chain.delayedCloseMs,
    streamIdleTimeoutMs: chain.streamIdleTimeoutMs,
    bufferBytesMax,
  }
}
