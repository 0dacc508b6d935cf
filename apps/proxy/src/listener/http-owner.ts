import type { Runtime } from '../exchange/runtime.ts'
import type { RequestSource } from '../exchange/serve-http.ts'
import type { SpareServers } from '../exchange/spare-servers.ts'

/** A connection as those see it who take its requests, whatever it speaks. */
export type HttpOwner = RequestSource & {
  readonly runtime: Runtime
  readonly servers: SpareServers
  /** The proxy ends it, and not its client. */
  readonly isCut: boolean
  countRequest(): void
  onClose(): void
}
