import type { ForwardAction } from '@heddle/engine/route/forward-action'
import { nowMs } from '../clock/event-clock.ts'
import { type Framing, NO_BODY } from '../message/body-framing.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { UpstreamFailure, UpstreamPort } from '../message/upstream-port.ts'
import { endAnswer } from './answer-detour.ts'
import { beginAnswer } from './begin-answer.ts'
import { beginTry } from './begin-try.ts'
import { claimEndpoint } from './claim-endpoint.ts'
import { cutByFailure } from './cut-by-failure.ts'
import { endLate } from './end-late.ts'
import { followRedirect } from './follow-redirect.ts'
import { ForwardTimers, type ForwardTimes } from './forward-timers.ts'
import { HedgedTries } from './hedged-tries.ts'
import type { HedgedForward } from './hedged-try.ts'
import type { HttpExchange } from './http-exchange.ts'
import { prepareRequest } from './prepare-request.ts'
import { recordAnswer } from './record-answer.ts'
import { replyToFailure, replyWithoutCluster } from './reply-to-failure.ts'
import { RequestUpload } from './request-upload.ts'
import { Retries } from './retries.ts'
import type { Runtime } from './runtime.ts'
import { sendRequest } from './send-request.ts'
import { limitStream } from './stream-limit.ts'
import { takeLoadReport } from './take-load-report.ts'
import { askedAction } from './take-overrides.ts'
import type { UpstreamTry } from './upstream-try.ts'
import { wasUnprocessed } from './was-unprocessed.ts'

/**
 * Sends one exchange to its cluster and its answer back; used again for request after request.
 * ```
 *   start ─▶ pick endpoint ─▶ connect or reuse ─▶ request ─▶ response head ─▶ body ─▶ end
 *              ▲                                     │
 *              └────────── backoff ◀── retry? ◀──────┘ (failure, or an answer the policy repeats)
 * ```
 */
export class ForwardExchange implements HedgedForward, ForwardTimes {
  private readonly exchange: HttpExchange
  private readonly runtime: Runtime
  private readonly timers: ForwardTimers
  private action: ForwardAction | undefined
  current: UpstreamTry | undefined
  private readonly upload: RequestUpload
  private readonly retries: Retries
  /** Where the route lets several tries be under way; nearly never. */
  private hedges: HedgedTries | undefined
  /** Another try begins after a backoff. */
  private isBackingOff = false
  private isAnswering = false
  private hasSentRequest = false
  isActive = false

  constructor(exchange: HttpExchange, runtime: Runtime) {
    this.exchange = exchange
    this.runtime = runtime
    this.timers = new ForwardTimers(runtime.wheel, this)
    this.upload = new RequestUpload(exchange, runtime)
    this.retries = new Retries(exchange, runtime, this.upload.body)
  }

  /** The route is matched and allows it. Body bytes may follow through `data` and `end`. */
  start(configured: ForwardAction): void {
    const action = askedAction(this.exchange, configured)
    this.action = action
    this.retries.begin(action.retry, action.highPriority)
    this.hedges =
      action.hedgesOnTryTimeout && this.exchange.upgrade === '' ? new HedgedTries(this, this.retries) : undefined
    this.isBackingOff = false
    // An upstream of HTTP/2 may say of any request that it has not looked at it.
    const cluster = this.runtime.cluster(this.exchange.choice?.cluster ?? '')
    this.upload.begin(action, cluster?.mayGiveBack === true)
    this.isAnswering = false
    this.hasSentRequest = false
    this.isActive = true
    // What goes nowhere is logged as it was asked for.
    if (cluster !== undefined) prepareRequest(this.exchange, action)
    this.timers.startDuration(limitStream(this.exchange, action.streamDuration))
    this.upload.mirror(action)
    this.startTry(false)
  }

  data(chunk: Buffer): void {
    if (!this.isActive) return
    if (this.upload.data(chunk, this.current?.port)) this.timers.touch()
  }

  requestEnd(trailers: HeaderBlock | undefined): void {
    if (!this.isActive) return
    const { action, current, exchange } = this
    if (action !== undefined && exchange.upgrade === '') this.timers.startRoute(action.timeoutMs)
    this.upload.end(trailers, current?.port)
    if (current?.port === undefined || this.isAnswering || exchange.requestFraming === NO_BODY) return
    this.timers.startTry(action?.perTryTimeoutMs ?? 0)
  }

  downstreamDrained(): void {
    this.current?.port?.resumeResponse()
  }

  /** The client is gone, or its request broke: nothing is worth going on. */
  cancel(): void {
    if (!this.isActive) return
    this.finish()
    this.current?.abandon()
    this.current = undefined
  }

  streamIdle(): void {
    if (!this.isActive) return
    this.exchange.addFlag('SI')
    this.cancel()
    endLate(this.exchange, this.isAnswering, this.lateStatus, 'stream_idle_timeout', 'stream timeout')
  }

  onUpstreamReady(port: UpstreamPort): void {
    const { current, exchange, action } = this
    if (current === undefined || action === undefined) return
    current.take(port)
    sendRequest(exchange, action, port, this.upload)
    this.hasSentRequest = true
    this.timers.startStream(current.cluster.config.streamDurationMaxMs)
    if (this.upload.isWhole) this.timers.startTry(action.perTryTimeoutMs)
    if (action.retry !== undefined) this.timers.startTryIdle(action.retry.perTryIdleTimeoutMs)
  }

  onUpstreamFailed(failure: UpstreamFailure, detail: string): void {
    const { current, exchange } = this
    if (current === undefined) return
    this.current = undefined
    current.fail()
    this.timers.endTry()
    const now = nowMs()
    if (failure === 'overflow') current.cluster.totals.activeOverflows++
    else if (failure !== 'unprocessed' && failure !== 'unsendable')
      current.cluster.record(current.endpoint, 'local-failure', now)
    if (this.isAnswering) {
      this.finish()
      cutByFailure(exchange, failure, detail)
      return
    }
    // Who comes behind us keeps the same deadline, and may have been the first to see its end.
    if (this.timers.isDurationOver(now)) {
      this.onDurationOver()
      return
    }
    const isUnread = wasUnprocessed(failure, current.port?.isReused === true, exchange.method)
    if (!current.isRetry && isUnread && this.retries.mayGoAgain(failure === 'unprocessed')) {
      this.startTry(false)
      return
    }
    if (this.tryAgainIn(this.retries.afterFailure(failure, this.hasSentRequest))) return
    if (this.hedges?.areWaiting === true) return
    this.finish()
    replyToFailure(exchange, failure, detail, this.retries)
  }

  /** 100 was answered by us already; 103 and others are not passed on to clients that may not know them. */
  onInterim(): void {}

  onResponse(status: number, headers: HeaderBlock, framing: Framing, contentLength: number): void {
    const { current, exchange, action } = this
    if (current === undefined || action === undefined) return
    this.timers.answered()
    recordAnswer(exchange, current, status, headers)
    const isRepeated = !current.isHedged && this.tryAgainIn(this.retries.afterResponse(current, status, headers))
    if (this.retries.wereInVain) exchange.addFlag('URX')
    if (isRepeated || (this.hedges?.areWaiting === true && this.retries.covers(status, headers))) {
      this.current = undefined
      current.abandon()
      return
    }
    this.hedges?.abandonAll()
    if (action.internalRedirect !== undefined && this.goesElsewhere(current, action, status, headers)) return
    this.isAnswering = true
    this.upload.body.settle()
    beginAnswer(exchange, status, headers, framing, contentLength)
  }

  /** The answer is a redirect that the proxy follows itself: another request takes the place of this one. */
  private goesElsewhere(current: UpstreamTry, action: ForwardAction, status: number, headers: HeaderBlock): boolean {
    const isWhole = this.upload.isWhole && this.retries.mayReplay
    const next = followRedirect(this.exchange, action, current, status, headers, isWhole, this.runtime)
    if (next === undefined) return false
    const chunks = this.upload.body.takeAll()
    this.cancel()
    this.exchange.server?.redirect(next, chunks)
    return true
  }

  onResponseData(chunk: Buffer): void {
    const { current, exchange } = this
    if (current === undefined) return
    exchange.countResponse(chunk)
    this.timers.touch()
    const { answerDetour: detour } = exchange
    const isRoom = detour === undefined ? exchange.downstream.sendData(chunk) : detour.take(chunk, this)
    if (!isRoom) current.port?.pauseResponse()
  }

  /** A head whose body did not come with it must not wait for it. */
  onResponsePaused(): void {
    if (this.isAnswering) this.exchange.downstream.flush()
  }

  onResponseEnd(trailers: HeaderBlock | undefined): void {
    const { current, exchange } = this
    if (current === undefined) return
    this.current = undefined
    current.end()
    current.measure?.requestOver()
    if (trailers !== undefined) takeLoadReport(current, trailers, nowMs())
    exchange.takeTrailers(trailers)
    this.finish()
    endAnswer(exchange, trailers)
  }

  onUpstreamDrained(): void {
    this.timers.touch()
    this.upload.drained(this.current?.port)
  }

  onUpgraded(_status: number, headers: HeaderBlock): void {
    const { current, exchange } = this
    if (current?.port === undefined) return
    exchange.status = exchange.method === 'CONNECT' ? 200 : 101
    exchange.details = 'via_upstream'
    this.finish()
    this.runtime.joinTunnel(exchange, current, headers)
    this.current = undefined
  }

  private startTry(isRetry: boolean): void {
    const { exchange, runtime, action, hedges } = this
    if (action === undefined || !this.isActive) return
    this.isBackingOff = false
    this.upload.body.rewind()
    const cluster = runtime.cluster(exchange.choice?.cluster ?? '')
    if (cluster === undefined) {
      this.finish()
      replyWithoutCluster(exchange, action)
      return
    }
    exchange.cluster = cluster.config
    exchange.attempts++
    const now = nowMs()
    const endpoint = claimEndpoint(exchange, cluster, action, this.retries, now)
    if (typeof endpoint === 'string') {
      if (hedges?.areWaiting === true) return
      this.finish()
      replyToFailure(exchange, endpoint, '', this.retries)
      return
    }
    this.retries.addTried(endpoint)
    const started = beginTry(exchange, cluster, action, endpoint, isRetry, now)
    this.current = started
    const pool = action.highPriority ? endpoint.pools.high : endpoint.pools.usual
    started.connecting = pool.acquire(hedges?.listen(started) ?? this, now, exchange)
  }

  /** True when another try is on its way; `backoffMs` is undefined when there is none. */
  private tryAgainIn(backoffMs: number | undefined): boolean {
    if (backoffMs === undefined) return false
    this.timers.startBackoff(backoffMs)
    // What comes meanwhile waits behind what is to be sent again.
    this.upload.body.rewind()
    this.isBackingOff = true
    return true
  }

  get hasNext(): boolean {
    return this.current !== undefined || this.isBackingOff
  }

  promote(attempt: UpstreamTry): void {
    this.timers.stopBackoff()
    this.isBackingOff = false
    this.current?.abandon()
    this.current = attempt
    // It was left behind with all of the request.
    this.upload.body.markSent()
    this.exchange.endpoint = attempt.endpoint.config
  }

  onHedgesOver(failure: UpstreamFailure, detail: string): void {
    if (!this.isActive) return
    this.finish()
    replyToFailure(this.exchange, failure, detail, this.retries)
  }

  /** The latest try had its time: it goes on, and if there are tries left another begins. False: there is no hedging. */
  private tryBeside(): boolean {
    const { current, hedges } = this
    // A request that is still coming, or going out, could not be sent twice.
    if (current === undefined || hedges === undefined || !this.upload.isSent) return false
    current.cluster.record(current.endpoint, 'local-failure', nowMs())
    const backoffMs = this.retries.beside()
    if (backoffMs === undefined) return true
    hedges.leaveBehind()
    this.current = undefined
    return this.tryAgainIn(backoffMs)
  }

  onBackoffEnd(): void {
    this.startTry(true)
  }

  onRouteTimeout(): void {
    if (!this.isActive) return
    this.exchange.addFlag('UT')
    this.current?.measure?.requestOver()
    this.giveUp()
    endLate(this.exchange, this.isAnswering, 504, 'response_timeout', 'upstream request timeout')
  }

  /** The call's deadline, or the longest that the route allows a stream. */
  onDurationOver(): void {
    if (!this.isActive) return
    this.runtime.counts.httpChain(this.exchange.chain.statPrefix).requestsTooLong++
    this.giveUp()
    endLate(this.exchange, this.isAnswering, this.lateStatus, 'max_duration_timeout', 'downstream duration timeout')
  }

  /** Who is late: the client with its request, or the upstream with its answer. */
  private get lateStatus(): 408 | 504 {
    return this.upload.isEnded ? 504 : 408
  }

  /** The upstream had its time, and it counts against it. */
  private giveUp(): void {
    const { current } = this
    if (current !== undefined) {
      current.countTimeout('timeouts')
      current.cluster.record(current.endpoint, 'local-failure', nowMs())
    }
    this.cancel()
  }

  onTryTimeout(): void {
    if (!this.isAnswering && !this.tryBeside()) this.endTry('upstream_per_try_timeout')
  }

  onTryIdle(): void {
    if (this.isAnswering || !this.tryBeside()) this.endTry('upstream_per_try_idle_timeout')
  }

  /** The cluster lets no try last longer (`max_stream_duration`). */
  onStreamTooLong(): void {
    const { current, exchange } = this
    if (!this.isActive || current === undefined) return
    this.current = undefined
    current.abandon()
    if (!this.isAnswering && this.tryAgainIn(this.retries.afterFailure('remote-reset', true))) return
    this.finish()
    exchange.addFlag('UMSDR')
    const text = 'upstream max stream duration reached'
    endLate(exchange, this.isAnswering, this.lateStatus, 'upstream_max_stream_duration_reached', text)
  }

  /** The endpoint had its time: another try, or the end. */
  private endTry(details: 'upstream_per_try_timeout' | 'upstream_per_try_idle_timeout'): void {
    const { current, exchange } = this
    if (!this.isActive || current === undefined) return
    this.current = undefined
    current.countTimeout(details === 'upstream_per_try_timeout' ? 'tryTimeouts' : 'tryIdleTimeouts')
    current.cluster.record(current.endpoint, 'local-failure', nowMs())
    current.abandon()
    if (!this.isAnswering && this.tryAgainIn(this.retries.afterFailure('per-try-timeout', true))) return
    current.measure?.requestOver()
    this.finish()
    if (!this.isAnswering && this.retries.wereInVain) exchange.addFlag('URX')
    exchange.addFlag('UT')
    endLate(exchange, this.isAnswering, 504, details, 'upstream request timeout')
  }

  private finish(): void {
    this.isActive = false
    this.isBackingOff = false
    this.retries.release()
    this.hedges?.abandonAll()
    this.timers.clear()
    this.upload.stop()
  }
}
