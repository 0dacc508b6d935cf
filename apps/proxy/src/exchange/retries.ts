import { RetryPriority } from '@heddle/engine/balance/retry-priority'
import {
  backoffMs,
  mayRetry,
  rateLimitedBackoffMs,
  retriesFailure,
  retriesRequest,
  retriesResponse,
} from '@heddle/engine/retry/decide-retry'
import type { RetryPolicy } from '@heddle/engine/retry/retry-policy'
import type { TryFailure } from '@heddle/engine/retry/try-failure'
import { wallMs } from '../clock/event-clock.ts'
import type { CircuitBreaker } from '../cluster/circuit-breaker.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import { NO_BODY } from '../message/body-framing.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { ReplayBody } from './replay-body.ts'
import type { Runtime } from './runtime.ts'
import type { UpstreamTry } from './upstream-try.ts'

const nobody: readonly EndpointState[] = []

/** Whether a request gets another try: its route's policy, its body, and what its cluster still allows decide. */
export class Retries {
  private readonly exchange: HttpExchange
  private readonly runtime: Runtime
  private readonly body: ReplayBody
  private policy: RetryPolicy | undefined
  private isHighPriority = false
  /** Where the retry counts that was granted last: from then on, also while it waits for its turn. */
  private heldAt: CircuitBreaker | undefined
  private endpoints: EndpointState[] | undefined
  /** Which priorities are left for another try, where the policy asks for that. */
  priority: RetryPriority<EndpointState> | undefined
  /** Another try was granted. */
  hasRetried = false
  /** The policy would have another try, and those that it gives are used up. */
  wereInVain = false

  constructor(exchange: HttpExchange, runtime: Runtime, body: ReplayBody) {
    this.exchange = exchange
    this.runtime = runtime
    this.body = body
  }

  begin(policy: RetryPolicy | undefined, isHighPriority: boolean): void {
    this.policy = policy
    this.isHighPriority = isHighPriority
    this.endpoints = undefined
    this.priority = undefined
    this.hasRetried = false
    this.wereInVain = false
  }

  /** The retry that was granted last has its answer, or is over. */
  release(): void {
    if (this.heldAt === undefined) return
    this.heldAt.retriesActive--
    this.heldAt = undefined
  }

  /** Where it has been tried, while that matters: without a policy there is no other try. */
  get tried(): readonly EndpointState[] {
    return this.endpoints ?? nobody
  }

  addTried(endpoint: EndpointState): void {
    if (this.policy === undefined) return
    this.endpoints ??= []
    this.endpoints.push(endpoint)
    if (this.policy.prioritiesPerTries === 0) return
    this.priority ??= new RetryPriority(this.policy.prioritiesPerTries)
    this.priority.attempt(endpoint)
  }

  /** Milliseconds to wait before the next try; undefined: there is none. */
  afterFailure(failure: TryFailure, wasRequestSent: boolean): number | undefined {
    const { policy } = this
    this.release()
    if (policy === undefined || !retriesFailure(policy, failure, wasRequestSent) || !this.isAllowed(policy)) {
      return undefined
    }
    return this.plainBackoff(policy)
  }

  /** A try goes on, and another is to begin beside it: whatever the policy's words, as long as there are tries left. */
  beside(): number | undefined {
    const { policy, exchange } = this
    if (policy === undefined) return undefined
    this.release()
    if (this.isAllowed(policy)) return this.plainBackoff(policy)
    if (this.wereInVain) exchange.addFlag('URX')
    return undefined
  }

  /** Whether the policy's words cover an answer, whoever may try again. */
  covers(status: number, headers: HeaderBlock): boolean {
    return this.policy !== undefined && retriesResponse(this.policy, status, headers)
  }

  /** The same for an answer, which may say itself when to come back. */
  afterResponse(current: UpstreamTry, status: number, headers: HeaderBlock): number | undefined {
    const { policy } = this
    if (policy === undefined) return undefined
    this.release()
    const { totals } = current.named
    if (!retriesResponse(policy, status, headers)) {
      // A retry that helped.
      if (current.isRetry) {
        totals.retrySuccesses++
        if (this.exchange.virtualCluster !== undefined) this.exchange.virtualCluster.retrySuccesses++
      }
      return undefined
    }
    if (!this.isAllowed(policy)) return undefined
    totals.retried.set(status, (totals.retried.get(status) ?? 0) + 1)
    const askedMs = rateLimitedBackoffMs(policy, headers, wallMs(), this.runtime.random)
    if (askedMs === undefined) return this.plainBackoff(policy)
    totals.askedBackoffs++
    return askedMs
  }

  private plainBackoff(policy: RetryPolicy): number {
    const { exchange, runtime } = this
    const cluster = runtime.cluster(exchange.choice?.cluster ?? '')
    if (cluster !== undefined) cluster.totals.plainBackoffs++
    return backoffMs(policy, exchange.attempts, runtime.random, runtime.values())
  }

  /** What was sent can be sent again. */
  get mayReplay(): boolean {
    return this.body.isWhole || this.exchange.requestFraming === NO_BODY
  }

  /** An upstream did not look at the request. One of HTTP/2 that says so is not asked for ever. */
  mayGoAgain(wasGivenBack: boolean): boolean {
    return !(wasGivenBack && this.body.isSpent()) && this.mayReplay
  }

  /** The policy's words cover what happened; counts and budgets must allow it too. */
  private isAllowed(policy: RetryPolicy): boolean {
    const { exchange, runtime } = this
    const { virtualCluster } = exchange
    if (!this.mayReplay || !retriesRequest(policy, exchange)) return false
    if (!mayRetry(runtime.values(), runtime.random)) return false
    if (exchange.attempts > policy.retriesMax) {
      this.wereInVain = true
      if (virtualCluster !== undefined) virtualCluster.retriesInVain++
      return false
    }
    const cluster = runtime.cluster(exchange.choice?.cluster ?? '')
    const breaker = this.isHighPriority ? cluster?.highBreaker : cluster?.breaker
    if (cluster === undefined || breaker?.allowsRetry !== true) {
      if (cluster !== undefined) cluster.totals.retryOverflows++
      if (virtualCluster !== undefined) virtualCluster.retryOverflows++
      exchange.addFlag('UO')
      return false
    }
    this.hasRetried = true
    if (virtualCluster !== undefined) virtualCluster.retries++
    breaker.retriesActive++
    this.heldAt = breaker
    return true
  }
}
