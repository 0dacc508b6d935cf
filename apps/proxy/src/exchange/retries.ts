import {
  backoffMs,
  rateLimitedBackoffMs,
  retriesFailure,
  retriesRequest,
  retriesResponse,
  type TryFailure,
} from '@heddle/engine/retry/decide-retry'
import type { RetryPolicy } from '@heddle/engine/retry/retry-policy'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import { wallMs } from '../traffic/event-clock.ts'
import type { Runtime } from '../traffic/runtime.ts'
import { NO_BODY } from './body-framing.ts'
import type { HeaderBlock } from './header-block.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { ReplayBody } from './replay-body.ts'
import type { UpstreamTry } from './upstream-try.ts'

const nobody: readonly EndpointState[] = []

/** Whether a request gets another try: its route's policy, its body, and what its cluster still allows decide. */
export class Retries {
  private readonly exchange: HttpExchange
  private readonly runtime: Runtime
  private readonly body: ReplayBody
  private policy: RetryPolicy | undefined
  private endpoints: EndpointState[] | undefined

  constructor(exchange: HttpExchange, runtime: Runtime, body: ReplayBody) {
    this.exchange = exchange
    this.runtime = runtime
    this.body = body
  }

  begin(policy: RetryPolicy | undefined): void {
    this.policy = policy
    this.endpoints = undefined
  }

  /** Where it has been tried, while that matters: without a policy there is no other try. */
  get tried(): readonly EndpointState[] {
    return this.endpoints ?? nobody
  }

  addTried(endpoint: EndpointState): void {
    if (this.policy === undefined) return
    this.endpoints ??= []
    this.endpoints.push(endpoint)
  }

  /** Milliseconds to wait before the next try; undefined: there is none. */
  afterFailure(failure: TryFailure, wasRequestSent: boolean): number | undefined {
    const { policy, exchange, runtime } = this
    if (policy === undefined || !retriesFailure(policy, failure, wasRequestSent) || !this.isAllowed(policy)) {
      return undefined
    }
    return backoffMs(policy, exchange.attempts, runtime.random)
  }

  /** A try goes on, and another is to begin beside it: whatever the policy's words, as long as there are tries left. */
  beside(): number | undefined {
    const { policy, exchange, runtime } = this
    if (policy === undefined) return undefined
    if (this.isAllowed(policy)) return backoffMs(policy, exchange.attempts, runtime.random)
    if (exchange.attempts > policy.retriesMax) exchange.addFlag('URX')
    return undefined
  }

  /** Whether the policy's words cover an answer, whoever may try again. */
  covers(status: number, headers: HeaderBlock): boolean {
    return this.policy !== undefined && retriesResponse(this.policy, status, headers)
  }

  /** The same for an answer, which may say itself when to come back. */
  afterResponse(current: UpstreamTry, status: number, headers: HeaderBlock): number | undefined {
    const { policy, exchange, runtime } = this
    if (policy === undefined) return undefined
    if (!retriesResponse(policy, status, headers)) {
      // A retry that helped.
      if (current.isRetry) current.cluster.totals.retrySuccesses++
      return undefined
    }
    if (!this.isAllowed(policy)) return undefined
    return (
      rateLimitedBackoffMs(policy, headers, wallMs(), runtime.random) ??
      backoffMs(policy, exchange.attempts, runtime.random)
    )
  }

  /** All tries that the policy gives are used up. */
  get wereInVain(): boolean {
    const { policy } = this
    return policy !== undefined && policy.retriesMax > 0 && this.exchange.attempts > policy.retriesMax
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
    if (exchange.attempts > policy.retriesMax || !this.mayReplay || !retriesRequest(policy, exchange)) return false
    const cluster = runtime.cluster(exchange.choice?.cluster ?? '')
    if (cluster === undefined || !cluster.mayRetry()) {
      exchange.addFlag('UO')
      return false
    }
    return true
  }
}
