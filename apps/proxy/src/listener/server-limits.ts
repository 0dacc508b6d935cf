import type { ServerLimits } from '../codec/http1/server-limits.ts'
import type { HttpChain, ListenerConfig } from '../config/proxy-config.ts'

/** What a chain says about the requests of one connection, whatever protocol they come in. */
export function serverLimits(chain: HttpChain, { bufferBytesMax }: ListenerConfig): ServerLimits {
  return {
    headerBytesMax: chain.headerBytesMax,
    headerCountMax: chain.headerCountMax,
    headersTimeoutMs: chain.requestHeadersTimeoutMs,
    requestTimeoutMs: chain.requestTimeoutMs,
    idleTimeoutMs: chain.idleTimeoutMs,
    delayedCloseMs: chain.delayedCloseMs,
    streamIdleTimeoutMs: chain.streamIdleTimeoutMs,
    bufferBytesMax,
  }
}
