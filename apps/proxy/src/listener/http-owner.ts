import type { Runtime } from '../exchange/runtime.ts'
import type { RequestSource } from '../exchange/serve-http.ts'
import type { SpareServers } from '../exchange/spare-servers.ts'

/** A connection as those see it who take its requests, whatever it speaks. */
export type HttpOwner = RequestSource & {
  readonly runtime: Runtime
  readonly servers: SpareServers
  countRequest(): void
  onClose(): void
}
