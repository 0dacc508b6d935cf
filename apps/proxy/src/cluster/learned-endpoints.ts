import type { EndpointConfig } from '../config/assignment.ts'
import { addressKey } from '../net/address-key.ts'
import type { TcpAddress } from '../net/socket-address.ts'
import type { EndpointState } from './endpoint-state.ts'

/** A cluster remembers no more endpoints: whoever may name them must not be able to fill the memory. */
export const learnedMax = 10_000

const nowhere: EndpointConfig['healthCheck'] = { isDisabled: true, port: undefined, address: undefined, hostname: '' }

/** An endpoint of which nothing is known but its address (ORIGINAL_DST). */
export function learnedEndpoint(address: TcpAddress): EndpointConfig {
  return {
    key: addressKey(address),
    twin: 0,
    address,
    hostname: '',
    weight: 1,
    priority: 0,
    locality: '',
    place: undefined,
    localityWeight: undefined,
    health: 'unknown',
    healthCheck: nowhere,
    subsetValues: new Map(),
    metadata: undefined,
    localityMetadata: undefined,
    workload: undefined,
  }
}

/** When endpoints that requests bring themselves were last asked for. */
export class LearnedEndpoints {
  private readonly usedMs = new Map<EndpointState, number>()

  use(endpoint: EndpointState, nowMs: number): void {
    this.usedMs.set(endpoint, nowMs)
  }

  /** Forgets those that nobody asked for in so long a time, and that have no connection left; returns them. */
  forget(restMs: number, nowMs: number): readonly EndpointState[] {
    const gone: EndpointState[] = []
    for (const [endpoint, usedMs] of this.usedMs) {
      if (nowMs - usedMs < restMs || endpoint.active > 0 || endpoint.pools.size > 0) continue
      this.usedMs.delete(endpoint)
      gone.push(endpoint)
    }
    return gone
  }
}
