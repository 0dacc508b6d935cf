import { type ServerDuplexStream, status } from '@grpc/grpc-js'
import type { Node } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { cutText } from '../load/cut-text.ts'
import { storable } from '../load/storable.ts'
import { describeProxy } from '../snapshot/describe-proxy.ts'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import type { AdsEvents, TargetSource } from './ads-events.ts'
import { type AdsStreamState, newStreamState, receive, retarget } from './ads-stream-state.ts'
import { AskingPace, isAskingAgain } from './asking-pace.ts'
import { decodeRequest } from './decode-request.ts'
import { encodeResponse } from './encode-response.ts'
import { isInSync, nextResponse } from './next-response.ts'
import type { StreamMode } from './subscription.ts'

/** A client that takes nothing for this long is cut off: it can come back, and what waits for it costs memory. */
const writeStallMs = 30_000

/** What one stream may ask for of one type, over all of its requests. */
const namesMax = 20_000

export type AdsCall = ServerDuplexStream<Buffer, Buffer>

/** One ADS stream on its socket. What to say is decided by `ads-stream-state`; here it is read and written. */
export class AdsStream {
  private readonly call: AdsCall
  private readonly mode: StreamMode
  private readonly source: TargetSource
  private readonly events: AdsEvents
  private state: AdsStreamState | undefined
  private proxy: ProxyDescription | undefined
  private isWritable = true
  private wasInSync = false
  private stall: NodeJS.Timeout | undefined
  private rest: NodeJS.Timeout | undefined
  private readonly pace = new AskingPace()
  private readonly onEnd: (stream: AdsStream) => void

  constructor(
    call: AdsCall,
    mode: StreamMode,
    source: TargetSource,
    events: AdsEvents,
    onEnd: (stream: AdsStream) => void,
  ) {
    this.call = call
    this.mode = mode
    this.source = source
    this.events = events
    this.onEnd = onEnd
    call.on('data', (bytes: Buffer) => this.receive(bytes))
    call.on('drain', () => {
      clearTimeout(this.stall)
      this.isWritable = true
      this.send()
    })
    call.on('end', () => call.end())
    call.on('error', () => undefined) // 'close' or 'cancelled' follows
    call.on('cancelled', () => this.end())
    call.on('close', () => this.end())
  }

  /** The target may have changed. */
  refresh(): void {
    if (this.state === undefined || this.proxy === undefined) return
    const target = this.source.targetFor(this.proxy)
    if (target === this.state.target) return
    this.wasInSync = false
    retarget(this.state, target)
    this.send()
  }

  close(): void {
    this.call.destroy()
    this.end()
  }

  private receive(bytes: Buffer): void {
    const startMs = performance.now()
    try {
      if (this.take(bytes)) this.restAfter(performance.now() - startMs)
    } catch (error) {
      this.refuse(status.INVALID_ARGUMENT, error instanceof Error ? error.message : String(error))
    }
  }

  /** Nothing more is read for so long; what is due is sent all the same. */
  private restAfter(tookMs: number): void {
    const restMs = this.pace.restMs(tookMs)
    if (restMs === 0 || this.state === undefined) return
    this.call.pause()
    this.rest = setTimeout(() => this.call.resume(), restMs)
  }

  /** True: it asked for more than a proxy must. */
  private take(bytes: Buffer): boolean {
    const decoded = decodeRequest(this.mode, bytes)
    if (decoded.kind === 'unknown-type') {
      this.refuse(status.INVALID_ARGUMENT, `type ${decoded.typeUrl || '(none)'} is not served`)
      return false
    }
    const state = this.state ?? this.begin(decoded.node)
    const { proxy } = this
    if (state === undefined || proxy === undefined) return false
    const { type } = decoded.request
    const answer = receive(state, decoded.request)
    const { names, pending } = state.subscriptions[type]
    // Whoever lets go of a name is told whether it exists, after its next acknowledgement: also who lets go for ever.
    if (names.size > namesMax || pending.size > namesMax + state.target.sets[type].size) {
      this.refuse(status.RESOURCE_EXHAUSTED, `more than ${namesMax} names of one type`)
      return false
    }
    if (answer.kind === 'ack') this.events.onAck(proxy, type, state.target.revision)
    if (answer.kind === 'nack') {
      this.events.onNack(proxy, type, state.target.revision, storable(cutText(answer.reason, 4000)))
    }
    this.send()
    return isAskingAgain(answer, decoded.request)
  }

  /** Only the first request says who is there. */
  private begin(node: Node | undefined): AdsStreamState | undefined {
    if (node === undefined) {
      this.refuse(status.INVALID_ARGUMENT, 'the first request has no node')
      return undefined
    }
    const described = describeProxy({
      id: node.id,
      userAgentName: node.userAgentName,
      metadata: node.metadata,
      locality: node.locality,
    })
    if (described.kind === 'refused') {
      this.refuse(status.INVALID_ARGUMENT, described.reason)
      return undefined
    }
    const { proxy } = described
    const refusal = this.events.onConnected(proxy, agentOf(node))
    if (refusal !== undefined) {
      this.refuse(status.ALREADY_EXISTS, refusal)
      return undefined
    }
    this.proxy = proxy
    this.state = newStreamState({
      mode: this.mode,
      resendsEndpoints: proxy.dialect !== 'grpc',
      target: this.source.targetFor(proxy),
    })
    return this.state
  }

  /** Everything that is due and may go now: one response per type is under way at most. */
  private send(): void {
    const { state, proxy } = this
    if (state === undefined || proxy === undefined) return
    while (this.isWritable) {
      const response = nextResponse(state)
      if (response === undefined) break
      this.events.onSent(proxy, response.type, response.revision)
      this.isWritable = this.call.write(encodeResponse(this.mode, response))
      if (!this.isWritable) this.stall = setTimeout(() => this.close(), writeStallMs)
    }
    const inSync = isInSync(state)
    if (inSync && !this.wasInSync) this.events.onInSync(proxy, state.target.revision)
    this.wasInSync = inSync
  }

  private refuse(code: status, details: string): void {
    this.call.emit('error', { code, details })
    this.end()
  }

  private end(): void {
    clearTimeout(this.stall)
    clearTimeout(this.rest)
    this.onEnd(this)
    const { proxy } = this
    this.proxy = undefined
    this.state = undefined
    if (proxy !== undefined) this.events.onDisconnected(proxy)
  }
}

/** "envoy 1.40.0", as it is shown. */
function agentOf(node: Node): string {
  // It comes from outside, and is shown and stored.
  return agentText(node)
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 100)
}

function agentText(node: Node): string {
  const { userAgentName, userAgentVersionType: version } = node
  if (version.case === 'userAgentVersion') return `${userAgentName} ${version.value}`
  if (version.case !== 'userAgentBuildVersion' || version.value.version === undefined) return userAgentName
  const { majorNumber, minorNumber, patch } = version.value.version
  return `${userAgentName} ${majorNumber}.${minorNumber}.${patch}`
}
