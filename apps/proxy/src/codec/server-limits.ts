import type { StringMatcher } from '@heddle/engine/match/string-matcher'
import type { FieldCase } from '../config/field-case.ts'
import type { UnderscoreAction } from '../config/http-chain.ts'

/** What a listener says about the requests of one connection. */
export type ServerLimits = {
  readonly headerBytesMax: number
  readonly headerCountMax: number
  readonly underscores: UnderscoreAction
  /** `ignore_http_11_upgrade`. */
  readonly ignoredUpgrades?: readonly StringMatcher[]
  readonly fieldCase?: FieldCase | undefined
  readonly headersTimeoutMs: number
  /** For the whole of a request with a body; 0 for no limit. */
  readonly requestTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly streamIdleTimeoutMs: number
  /** How long a connection that is to end waits for its client; undefined: 1 s. */
  readonly drainTimeoutMs?: number | undefined
  /** After the last answer the client gets this long to read it before the socket goes. */
  readonly delayedCloseMs: number
  /** What may wait for the client; undefined for as much as is usual. */
  readonly bufferBytesMax?: number | undefined
}
