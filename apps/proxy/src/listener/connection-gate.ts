import type { Socket } from 'node:net'
import type { AuthzDecision } from '@heddle/engine/authz/authz-policy-set'
import { evaluateConnection, type NetworkRbac } from '@heddle/engine/authz/network-rbac'
import { TokenBucket, type TokenBucketRate } from '@heddle/engine/limit/token-bucket'
import { flagIn, isAmongPercent } from '@heddle/engine/runtime/runtime-values'
import type { NetworkFilter } from '../config/network-filter.ts'
import type { TrafficCounts } from '../counts/traffic-counts.ts'
import type { LoggedSession } from '../format/logged-session.ts'
import type { ConnectionPeer } from '../message/request-peer.ts'
import { type AskingRuntime, askAboutConnection } from './ask-about-connection.ts'

/** A connection that wants to be served. */
export type Arrival = {
  readonly socket: Socket
  readonly session: () => LoggedSession
  /** Every filter lets it in. */
  readonly enter: () => void
  /** It is to be cut off after so many milliseconds. */
  readonly refuse: (delayMs: number) => void
  /** Somebody is asked about it, and nothing of it is served meanwhile. */
  readonly wait: () => void
}

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
  private readonly runtime: AskingRuntime
  private readonly counts: TrafficCounts

  constructor(runtime: AskingRuntime) {
    this.runtime = runtime
    this.counts = runtime.counts
  }

  /** Those that go by number decide in their order, at once where no service is to be asked. */
  admit(filters: readonly NetworkFilter[], arrival: Arrival, from = 0): void {
    for (let index = from; index < filters.length; index++) {
      const filter = filters[index] as NetworkFilter // in range
      if (filter.kind === 'rate-limit') {
        if (!isAmongPercent(this.runtime.values(), 'ratelimit.tcp_filter_enabled', this.runtime.random)) continue
        arrival.wait()
        askAboutConnection(filter, arrival, this.runtime, () => this.admit(filters, arrival, index + 1))
        return
      }
      const refusalMs = this.refusalMs(filter, arrival.socket)
      if (refusalMs !== undefined) {
        arrival.refuse(refusalMs)
        return
      }
    }
    arrival.enter()
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

  /** Undefined lets it in. */
  private refusalMs(filter: NetworkFilter, socket: Socket): number | undefined {
    const values = this.runtime.values()
    if (filter.kind === 'local-rate-limit') {
      if (!flagIn(values, filter.enabled) || this.bucketOf(filter.rate).take(performance.now())) return undefined
      this.counts.connectionRate(filter.statPrefix).limited++
      return 0
    }
    if (filter.kind !== 'connection-limit' || !flagIn(values, filter.enabled)) return undefined
    return this.enters(filter, socket) ? undefined : filter.delayMs
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
