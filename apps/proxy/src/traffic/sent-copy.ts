import { nowMs } from '../clock/event-clock.ts'
import { newTimer, type Timer } from '../clock/timer-wheel.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import { type KeepingOwner, KeptBytes } from '../exchange/kept-bytes.ts'
import type { RequestCopy } from '../exchange/request-copy.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { UpstreamTry } from '../exchange/upstream-try.ts'
import { type Framing, NO_BODY } from '../message/body-framing.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { UpstreamEvents, UpstreamFailure, UpstreamPort } from '../message/upstream-port.ts'

export type CopiedHead = {
  readonly method: string
  readonly target: string
  readonly headers: HeaderBlock
  readonly framing: Framing
  readonly contentLength: number
}

/** How long a copy may take once it is whole, and how much of its body may wait for its mirror. */
export type CopyLimits = { readonly timeoutMs: number; readonly waitingBytesMax: number }

/**
 * A request on its way to one endpoint that drops the answer. It counts for the cluster like any other request. It goes as fast
 * as the real one: what its endpoint does not take yet waits here, and when that is too much the copy is given up, because
 * nobody may be held back for it.
 */
export class SentCopy implements RequestCopy, UpstreamEvents {
  private readonly head: CopiedHead
  private readonly cluster: ClusterState
  private readonly endpoint: EndpointState
  private readonly runtime: Runtime
  private readonly limits: CopyLimits
  private readonly attempt: UpstreamTry
  private readonly timer: Timer
  private readonly waiting: KeptBytes
  private port: UpstreamPort | undefined
  private hasRoom = false
  private isWhole = false
  private isOver = false
  private trailers: HeaderBlock | undefined

  constructor(
    head: CopiedHead,
    cluster: ClusterState,
    endpoint: EndpointState,
    owner: KeepingOwner,
    limits: CopyLimits,
    runtime: Runtime,
  ) {
    this.head = head
    this.cluster = cluster
    this.endpoint = endpoint
    this.runtime = runtime
    this.limits = limits
    this.waiting = new KeptBytes(runtime.keptBodies, owner)
    this.timer = newTimer((copy: SentCopy) => copy.abandon(), this)
    const now = nowMs()
    this.attempt = new UpstreamTry(cluster, endpoint.cluster.breaker, endpoint, false, now, undefined)
    this.attempt.connecting = endpoint.pools.usual.acquire(this, now)
  }

  data(chunk: Buffer): void {
    if (this.isOver) return
    if (this.port !== undefined && this.hasRoom) {
      this.hasRoom = this.port.sendData(chunk)
      return
    }
    const { waiting, limits } = this
    if (waiting.unsent + chunk.length <= limits.waitingBytesMax && waiting.mayAdd(chunk.length)) waiting.add(chunk)
    else {
      this.cluster.totals.mirrorsDropped++
      this.abandon()
    }
  }

  end(trailers: HeaderBlock | undefined): void {
    if (this.isOver) return
    this.isWhole = true
    // Whoever they came from may be serving another message by the time that they go out.
    this.trailers = trailers?.copy()
    this.runtime.wheel.set(this.timer, this.limits.timeoutMs)
    // A request without a body ended with its head.
    if (this.head.framing !== NO_BODY && this.waiting.unsent === 0) this.port?.sendEnd(this.trailers)
  }

  abandon(): void {
    if (this.isOver) return
    this.finish()
    this.attempt.abandon()
  }

  onUpstreamReady(port: UpstreamPort): void {
    const { method, target, headers, framing, contentLength } = this.head
    this.port = port
    this.attempt.take(port)
    port.sendHead(method, target, headers, framing, contentLength)
    if (framing === NO_BODY) port.sendEnd(undefined)
    else this.sendOn(port)
  }

  onUpstreamDrained(): void {
    if (this.port !== undefined && !this.isOver) this.sendOn(this.port)
  }

  onUpstreamFailed(failure: UpstreamFailure): void {
    const { endpoint } = this
    if (failure === 'overflow') endpoint.cluster.totals.activeOverflows++
    else endpoint.cluster.record(endpoint, 'local-failure', nowMs())
    this.onResponseEnd()
  }

  onInterim(): void {}

  onResponse(status: number): void {
    const { copiesAnswered } = this.cluster.totals
    copiesAnswered.set(status, (copiesAnswered.get(status) ?? 0) + 1)
  }

  onResponseData(): void {}

  onResponsePaused(): void {}

  onResponseEnd(): void {
    this.finish()
    this.attempt.end()
  }

  /** Nobody would speak in the tunnel. */
  onUpgraded(): void {
    this.abandon()
  }

  private sendOn(port: UpstreamPort): void {
    this.hasRoom = this.waiting.sendTo(port)
    this.waiting.dropSent()
    if (this.isWhole && this.waiting.unsent === 0) port.sendEnd(this.trailers)
  }

  private finish(): void {
    this.isOver = true
    this.runtime.wheel.clear(this.timer)
    this.waiting.clear()
  }
}
