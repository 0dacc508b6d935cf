import type { Socket } from 'node:net'
import type { AuthzDecision } from '@heddle/engine/authz/authz-policy-set'
import { evaluateConnection, type NetworkRbac } from '@heddle/engine/authz/network-rbac'
import { TokenBucket, type TokenBucketRate } from '@heddle/engine/limit/token-bucket'
import type { NetworkFilter } from '../config/network-filter.ts'
import type { TrafficCounts } from '../counts/traffic-counts.ts'
import type { ConnectionPeer } from '../message/request-peer.ts'

/** Why a connection is not served, and how long it is kept before it is cut off. */
export type Denial = { readonly decision: AuthzDecision; readonly delayMs: number }

type Limit = Extract<NetworkFilter, { kind: 'connection-limit' }>

/**
 * What a listener's network filters decide about a connection before anything of it is served. Those that go by number are
 * asked before TLS; those that go by who it is with, after it.
 */
export class ConnectionGate {
  /** By their configuration: the chain around it is another one with every new certificate. */
  private readonly buckets = new WeakMap<TokenBucketRate, TokenBucket>()
  private readonly open = new WeakMap<Limit, number>()
  private readonly counts: TrafficCounts

  constructor(counts: TrafficCounts) {
    this.counts = counts
  }

  /** Undefined lets it in; otherwise it is to be cut off after so many milliseconds. */
  refusalMs(filters: readonly NetworkFilter[], socket: Socket): number | undefined {
    for (const filter of filters) {
      if (filter.kind === 'local-rate-limit') {
        if (this.bucketOf(filter.rate).take(performance.now())) continue
        this.counts.connectionRate(filter.statPrefix).limited++
        return 0
      }
      if (filter.kind === 'connection-limit' && !this.enters(filter, socket)) return filter.delayMs
    }
    return undefined
  }

  /**
   * Decided as soon as it is known who it is, and not only with the client's first byte, as in Envoy: a client that is
   * denied must not read what a server says first, nor cost it a connection.
   */
  denial(filters: readonly NetworkFilter[], peer: ConnectionPeer): Denial | undefined {
    for (const filter of filters) {
      if (filter.kind !== 'rbac') continue
      const denied = this.deniedBy(filter.rbac, peer)
      if (denied !== undefined) return { decision: denied, delayMs: filter.rbac.delayDenyMs }
    }
    return undefined
  }

  private bucketOf(rate: TokenBucketRate): TokenBucket {
    let bucket = this.buckets.get(rate)
    if (bucket === undefined) {
      bucket = new TokenBucket(rate, performance.now())
      this.buckets.set(rate, bucket)
    }
    return bucket
  }

  private enters(limit: Limit, socket: Socket): boolean {
    const counts = this.counts.openLimit(limit.statPrefix)
    const open = this.open.get(limit) ?? 0
    if (open >= limit.connectionsMax) {
      counts.limited++
      return false
    }
    this.open.set(limit, open + 1)
    counts.active++
    socket.once('close', () => {
      this.open.set(limit, (this.open.get(limit) ?? 1) - 1)
      counts.active--
    })
    return true
  }

  private deniedBy({ statPrefix, shadowStatPrefix, policies, shadow }: NetworkRbac, peer: ConnectionPeer) {
    const counts = this.counts.networkRbac(statPrefix, shadowStatPrefix)
    if (shadow !== undefined) {
      if (evaluateConnection(shadow, peer).allowed) counts.shadowAllowed++
      else counts.shadowDenied++
    }
    if (policies === undefined) return undefined
    const decision = evaluateConnection(policies, peer)
    if (decision.allowed) counts.allowed++
    else counts.denied++
    return decision.allowed ? undefined : decision
  }
}
