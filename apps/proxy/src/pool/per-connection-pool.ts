import type { RequestOrigin } from './connection-pool.ts'
import { KeyedPools } from './keyed-pools.ts'

/** Requests of no client share. */
const nobody = {}

/** `connection_pool_per_downstream_connection`: what one client's connection has opened no other one uses. */
export class PerConnectionPool extends KeyedPools<object> {
  protected override keyOf(origin: RequestOrigin | undefined): object {
    return origin?.connection ?? nobody
  }
}
