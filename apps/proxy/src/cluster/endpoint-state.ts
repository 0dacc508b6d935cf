import type { EndpointConfig } from '../config/proxy-config.ts'
import type { ConnectionCounts, EndpointPool } from '../pool/endpoint-pool.ts'

/** One endpoint of a cluster while it lives: its pool, what is under way, and how it has behaved. */
export type EndpointState = {
  config: EndpointConfig
  readonly pool: EndpointPool
  active: number
  /** Smooth weighted round robin: what it has saved up. */
  credit: number
  // outlier detection
  consecutive5xx: number
  consecutiveGateway: number
  consecutiveLocal: number
  ejectedUntilMs: number
  ejections: number
  // counters
  requests: number
  failures: number
}

export type { ConnectionCounts }

export function newEndpointState(config: EndpointConfig, pool: EndpointPool): EndpointState {
  return {
    config,
    pool,
    active: 0,
    credit: 0,
    consecutive5xx: 0,
    consecutiveGateway: 0,
    consecutiveLocal: 0,
    ejectedUntilMs: 0,
    ejections: 0,
    requests: 0,
    failures: 0,
  }
}
