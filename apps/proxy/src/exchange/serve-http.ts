import type { ForwardAction } from '@heddle/engine/route/forward-action'
import { chooseCluster, matchRoute } from '@heddle/engine/route/route-table'
import { unrouted } from '@heddle/engine/route/unrouted'
import { type VirtualClusters, virtualClusterOf } from '@heddle/engine/route/virtual-cluster'
import { nowMs } from '../clock/event-clock.ts'
import { newTimer, type Timer } from '../clock/timer-wheel.ts'
import { LENGTH, NO_BODY } from '../message/body-framing.ts'
import { cleanTrailers } from '../message/clean-trailers.ts'
import type { DownstreamPort } from '../message/downstream-port.ts'
import { HeaderBlock } from '../message/header-block.ts'
import type { RefusalAnswer } from '../message/refusal-answer.ts'
import { type ConnectionPeer, nobody } from '../message/request-peer.ts'
import { allowsUpgrade } from './allows-upgrade.ts'
import { cutStream } from './cut-response.ts'
import { endExchange } from './end-exchange.ts'
import type { RequestStage, RoutedStage } from './filter-stages.ts'
import { ForwardExchange } from './forward-exchange.ts'
import { HttpExchange } from './http-exchange.ts'
import type { ServingChain } from './http-filters.ts'
import { type IncomingHead, takeHead } from './incoming-head.ts'
import { type ByteSink, KeptBytes } from './kept-bytes.ts'
import { localReply, replyText } from './local-reply.ts'
import { readTarget } from './read-target.ts'
import { redirectExchange } from './redirect-exchange.ts'
import type { RedirectedRequest } from './redirected-request.ts'
import { respondToRoute } from './respond-to-route.ts'
import { runFilters } from './run-filters.ts'
import type { Runtime } from './runtime.ts'
import { CONTINUE } from './verdict.ts'

/** The connection that requests come on. */
export type RequestSource = {
  readonly peer: ConnectionPeer
  current(): ServingChain
}

/** Serves one request at a time, of one connection after the other: filters, route, filters, and on to the cluster. */
export class ServeHttp implements ByteSink {
  readonly exchange: HttpExchange
  readonly runtime: Runtime
  private source: RequestSource
  private filters: ServingChain['filters']
  private readonly forward: ForwardExchange
  /** A request is under way. */
  isOpen = false
  private isRequestEnded = false
  private readonly durationTimer: Timer
  /** Body that came while a filter was waiting; made when one first does. */
  private early: KeptBytes | undefined
  private earlyEnd: { trailers: HeaderBlock | undefined } | undefined
  /** The body is waited for, up to so many bytes; 0: it is not. */
  private wholeMax = 0

  constructor(downstream: DownstreamPort, source: RequestSource, runtime: Runtime) {
    const { listener, chain, filters } = source.current()
    this.runtime = runtime
    this.source = source
    this.filters = filters
    this.exchange = new HttpExchange(downstream, listener, chain, source.peer, runtime.config())
    this.forward = new ForwardExchange(this.exchange, runtime)
    this.exchange.server = this
    this.durationTimer = newTimer(streamTooLong, this)
  }

  /** `seriesMemo` is what `exchange` kept of the connection's last request. */
  attach(downstream: DownstreamPort, source: RequestSource, seriesMemo: unknown): void {
    this.source = source
    this.exchange.attach(downstream, source.peer, seriesMemo)
  }

  /** Until it is attached again it holds nothing of a connection. */
  detach(): void {
    this.source = noSource
    this.exchange.detach()
  }

  request(head: IncomingHead): void {
    const { exchange, runtime } = this
    const { listener, chain, filters } = this.source.current()
    exchange.listener = listener
    exchange.chain = chain
    this.filters = filters
    exchange.responseFilters = filters.response
    exchange.begin(runtime.config(), nowMs())
    takeHead(exchange, head)
    exchange.requestFraming = head.framing
    if (head.framing === NO_BODY) exchange.requestMs = 0
    exchange.requestLength = head.contentLength
    exchange.upgrade = head.upgrade
    this.isOpen = true
    this.isRequestEnded = false
    if (chain.streamDurationMaxMs > 0) runtime.wheel.set(this.durationTimer, chain.streamDurationMaxMs)
    this.earlyEnd = undefined
    this.wholeMax = 0
    runtime.load.inFlight++
    const refusal = readTarget(exchange, head.target)
    if (refusal !== undefined) {
      // Logged as it was asked for.
      if (exchange.path === '') exchange.path = head.target
      if (refusal.isProtocolError) exchange.addFlag('DPE')
      const { status, details, body = '', location } = refusal
      localReply(exchange, status, details, body, (headers) => {
        if (location !== undefined) headers.append('location', location)
      })
      return
    }
    const stage = exchange as RequestStage // `begin` has put back what is not known yet
    if (runFilters(this.filters.request, stage) === CONTINUE) this.route()
  }

  /** The codec answered by itself: the head could not be read. Counted and logged like any other. */
  refused(head: IncomingHead, status: number, details: string, body: string): RefusalAnswer {
    const { exchange, runtime } = this
    exchange.chain = this.source.current().chain
    exchange.begin(runtime.config(), nowMs())
    // As much of it as was read before it was refused.
    takeHead(exchange, head)
    exchange.path = head.target
    exchange.status = status
    exchange.details = details
    // Being slow is no fault of protocol.
    if (status !== 408) exchange.addFlag('DPE')
    const headers = new HeaderBlock()
    exchange.responseHeaders = headers
    const bytes = Buffer.from(replyText(exchange, headers, body))
    exchange.countRefusal(bytes.length)
    this.isOpen = true
    runtime.load.inFlight++
    endExchange(exchange)
    return { status: exchange.status, headers, body: bytes }
  }

  /** A routed filter has waited and the request may go on. */
  resume(): void {
    if (!this.isOpen) return
    const stage = this.exchange as RoutedStage // `route` comes before
    if (runFilters(this.filters.routed, stage) === CONTINUE) this.send()
  }

  /** As far as anybody is told the request is over; another one takes its place, whose answer the client gets. */
  redirect(next: RedirectedRequest, body: readonly Buffer[]): void {
    const { exchange, runtime } = this
    endExchange(exchange)
    const { listener, chain, filters } = this.source.current()
    exchange.listener = listener
    exchange.chain = chain
    this.filters = filters
    exchange.responseFilters = filters.response
    redirectExchange(exchange, next, runtime.config())
    this.wholeMax = 0
    this.isOpen = true
    this.earlyEnd = undefined
    runtime.load.inFlight++
    if (chain.streamDurationMaxMs > 0) runtime.wheel.set(this.durationTimer, chain.streamDurationMaxMs)
    exchange.downstream.setIdleTimeout(chain.streamIdleTimeoutMs)
    if (exchange.requestFraming !== NO_BODY) {
      for (const chunk of body) {
        exchange.requestBytes += chunk.length
        this.keepEarly(chunk)
      }
      this.earlyEnd = { trailers: undefined }
    }
    this.route()
  }

  awaitBody(bytesMax: number): void {
    const { exchange } = this
    this.wholeMax = bytesMax
    if (exchange.requestBytes > bytesMax) this.refuseLength()
    else if (this.earlyEnd !== undefined) this.resumeWhole()
    else {
      exchange.downstream.sendContinue()
      exchange.downstream.resumeRequest()
    }
  }

  /** The body that was waited for is here: its length is known, unless it goes on in another coding. */
  private resumeWhole(): void {
    const { exchange, earlyEnd } = this
    this.wholeMax = 0
    if (earlyEnd?.trailers === undefined && exchange.requestDetour === undefined) {
      exchange.requestFraming = LENGTH
      exchange.requestLength = exchange.requestBytes
    }
    this.resume()
  }

  refuseBody(status: number, details: string, text: string): void {
    const { exchange } = this
    const hasAnswered = exchange.status !== 0
    this.forward.cancel()
    if (!hasAnswered) localReply(exchange, status, details, text)
    else cutStream(this.exchange, details)
  }

  cutAnswer(details: string): void {
    this.forward.cancel()
    this.exchange.addFlag('UPE')
    cutStream(this.exchange, details)
  }

  private refuseLength(): void {
    this.wholeMax = 0
    localReply(this.exchange, 413, 'request_payload_too_large', 'Payload Too Large')
  }

  data(chunk: Buffer): void {
    if (!this.isOpen) return
    this.exchange.requestBytes += chunk.length
    if (this.forward.isActive) this.sendData(chunk)
    else {
      this.keepEarly(chunk)
      if (this.wholeMax === 0) this.exchange.downstream.pauseRequest()
      else if (this.exchange.requestBytes > this.wholeMax) this.refuseLength()
    }
  }

  private keepEarly(chunk: Buffer): void {
    this.early ??= new KeptBytes(this.runtime.keptBodies, this.exchange)
    this.early.add(chunk)
  }

  /** Counted here, since what came while a filter waited came before it was known what to count it for. */
  sendData(chunk: Buffer): true {
    if (this.exchange.grpcCall !== undefined) this.exchange.grpcCall.request(chunk)
    const { requestDetour, downstream } = this.exchange
    if (requestDetour === undefined) this.forward.data(chunk)
    else if (!requestDetour.take(chunk)) downstream.pauseRequest()
    return true
  }

  sendOn(chunk: Buffer): void {
    this.forward.data(chunk)
  }

  endOn(trailers: HeaderBlock | undefined): void {
    this.forward.requestEnd(trailers)
  }

  private endRequest(trailers: HeaderBlock | undefined): void {
    const { requestDetour } = this.exchange
    if (requestDetour === undefined) this.forward.requestEnd(trailers)
    else requestDetour.end(trailers)
  }

  requestEnd(trailers: HeaderBlock | undefined): void {
    if (!this.isOpen) return
    this.isRequestEnded = true
    if (this.exchange.requestMs < 0) this.exchange.requestMs = nowMs() - this.exchange.startedMs
    const clean = cleanTrailers(trailers)
    if (this.forward.isActive) this.endRequest(clean)
    else {
      this.earlyEnd = { trailers: clean }
      if (this.wholeMax > 0) this.resumeWhole()
    }
  }

  broken(details: string): void {
    if (!this.isOpen) return
    this.exchange.addFlag('DPE')
    this.exchange.cutBy = 'client'
    this.refuseBody(400, details, 'Bad Request')
  }

  closed(flag: 'DC' | 'DR' | 'DPE', details: string): void {
    if (!this.isOpen) return
    this.forward.cancel()
    this.exchange.addFlag(flag)
    this.exchange.details = details
    this.exchange.cutBy = 'client'
    endExchange(this.exchange)
  }

  idle(): void {
    if (!this.isOpen) return
    if (this.forward.isActive) this.forward.streamIdle()
    else if (this.exchange.status === 0) {
      this.exchange.addFlag('SI')
      localReply(this.exchange, 408, 'stream_idle_timeout', 'stream timeout')
    }
  }

  /** The request has not arrived whole in its time (`request_timeout`). An answer that has begun is let go on. */
  requestTimeout(): void {
    const { exchange } = this
    if (!this.isOpen || exchange.status !== 0) return
    this.forward.cancel()
    localReply(exchange, 408, 'request_overall_timeout', 'request timeout')
  }

  drained(): void {
    if (this.exchange.answerDetour === undefined) this.forward.downstreamDrained()
    else this.exchange.answerDetour.drained()
  }

  private route(): void {
    const { exchange, runtime } = this
    const table = exchange.config.routes.get(exchange.chain.routeName)
    const route = (table && matchRoute(table, exchange, runtime.random(), runtime.values())) ?? unrouted
    if (exchange.upgrade !== '' && route !== unrouted && !allowsUpgrade(exchange, route)) {
      exchange.upgrade = ''
      localReply(exchange, 403, 'upgrade_failed', '')
      return
    }
    exchange.route = route
    const action = route.action.kind === 'forward' ? route.action : undefined
    exchange.choice = action && chooseCluster(action, runtime.random, exchange, runtime.values())
    exchange.nextFilter = 0
    if (action !== undefined) this.takeLimits(action)
    this.resume()
  }

  /** What a route says about a stream's time beats what its listener says. */
  private takeLimits({ idleTimeoutMs, streamDuration }: ForwardAction): void {
    if (idleTimeoutMs !== undefined) {
      this.exchange.downstream.setIdleTimeout(idleTimeoutMs === 0 ? Number.MAX_SAFE_INTEGER : idleTimeoutMs)
    }
    if (streamDuration !== undefined) this.runtime.wheel.clear(this.durationTimer)
  }

  streamTooLong(): void {
    const { exchange } = this
    if (!this.isOpen) return
    const hasAnswered = exchange.status !== 0
    this.forward.cancel()
    this.runtime.counts.httpChain(exchange.chain.statPrefix).requestsTooLong++
    if (hasAnswered) cutStream(exchange, 'max_duration_timeout')
    else {
      const status = this.isRequestEnded ? 504 : 408
      localReply(exchange, status, 'max_duration_timeout', 'downstream duration timeout')
    }
  }

  private send(): void {
    const { exchange, forward } = this
    const { route } = exchange
    if (route === undefined || respondToRoute(exchange, route)) return
    const { action } = route
    if (action.kind !== 'forward') return
    if (exchange.method === 'CONNECT' && action.connectEnd !== undefined) {
      this.runtime.connectTunnel(exchange, action)
      return
    }
    if (route.virtualClusters !== undefined) this.countApart(route.virtualClusters)
    forward.start(action)
    if (!forward.isActive) return
    const { early, earlyEnd } = this
    const hasCome = early !== undefined && early.bytes > 0
    if (hasCome) {
      early.sendTo(this)
      early.clear()
    }
    if (earlyEnd !== undefined) this.endRequest(earlyEnd.trailers)
    if (hasCome) exchange.downstream.resumeRequest()
  }

  /** A cluster that is not there counts nothing, as in Envoy. */
  private countApart(clusters: VirtualClusters): void {
    const { exchange, runtime } = this
    if (runtime.cluster(exchange.choice?.cluster ?? '') === undefined) return
    const name = virtualClusterOf(clusters, exchange)
    exchange.virtualCluster = runtime.counts.virtualCluster(clusters.virtualHost, name)
  }

  onEnd(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.early?.clear()
    this.runtime.wheel.clear(this.durationTimer)
    this.exchange.answerDetour?.stop()
    this.exchange.requestDetour?.stop()
    if (this.exchange.faultIsActive) this.endFault()
    this.exchange.virtualCluster?.end(this.exchange)
    this.exchange.grpcCall?.end(this.exchange.grpcStatus)
    this.runtime.load.inFlight--
    this.runtime.observer.onExchangeEnd(this.exchange)
  }

  private endFault(): void {
    const { load } = this.runtime
    const { statPrefix } = this.exchange.chain
    load.faultsActive--
    const left = (load.faultsByChain.get(statPrefix) ?? 1) - 1
    if (left > 0) load.faultsByChain.set(statPrefix, left)
    else load.faultsByChain.delete(statPrefix)
  }
}

const streamTooLong = (serve: ServeHttp) => serve.streamTooLong()

const noSource: RequestSource = {
  peer: nobody,
  current: () => {
    throw new Error('it serves no connection')
  },
}
