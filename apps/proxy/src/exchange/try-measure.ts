import type { ForwardAction } from '@heddle/engine/route/forward-action'
import { nowMs } from '../clock/event-clock.ts'
import type { EndpointOwner } from '../cluster/endpoint-state.ts'
import { MessageSizes, TimeoutBudgets } from '../counts/measured-tries.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { TryWitness } from './upstream-try.ts'

/** Measures one try, where its cluster asks for it (`track_cluster_stats`); others have none. */
export class TryMeasure implements TryWitness {
  isCutShort = false
  private isAnswered = false
  private readonly exchange: HttpExchange
  private readonly action: ForwardAction
  private readonly cluster: EndpointOwner
  private readonly startedMs: number

  constructor(exchange: HttpExchange, action: ForwardAction, cluster: EndpointOwner, nowMs: number) {
    this.exchange = exchange
    this.action = action
    this.cluster = cluster
    this.startedMs = nowMs
  }

  answered(headers: HeaderBlock): void {
    this.isAnswered = true
    const { sizes } = this
    if (sizes === undefined) return
    let bytes = ':status'.length + 3
    let fields = 1
    for (let index = 0; index < headers.count; index++) {
      bytes += (headers.names[index] as string).length + (headers.values[index] as string).length // in range
      fields++
    }
    sizes.answerFields.record(fields)
    sizes.answerHeadBytes.record(bytes)
  }

  end(wasSent: boolean): void {
    const { exchange, sizes, budgets } = this
    if (!this.isCutShort) budgets?.attempt.record(percentOf(nowMs() - this.startedMs, this.action.perTryTimeoutMs))
    if (sizes === undefined) return
    this.measureRequest(sizes)
    sizes.requestBodyBytes.record(wasSent ? exchange.requestBytes : 0)
    if (this.isAnswered) sizes.answerBodyBytes.record(exchange.responseBytes)
  }

  requestOver(): void {
    const { startedMs, requestMs } = this.exchange
    // Its time begins when the request is whole.
    const tookMs = requestMs < 0 ? 0 : nowMs() - startedMs - requestMs
    this.budgets?.request.record(percentOf(tookMs, this.action.timeoutMs))
  }

  /** As HTTP/2 would have it: what stands in the request line, and the host, are fields. */
  private measureRequest(sizes: MessageSizes): void {
    const { headers, method, target, scheme, requestLength } = this.exchange
    let bytes = ':method:path:scheme'.length + method.length + target.length + scheme.length
    let fields = 3
    for (let index = 0; index < headers.count; index++) {
      const name = headers.names[index] as string // in range
      if (name === '') continue
      bytes += (name === 'host' ? ':authority' : name).length + (headers.values[index] as string).length // in range
      fields++
    }
    if (requestLength >= 0) {
      bytes += 'content-length'.length + String(requestLength).length
      fields++
    }
    sizes.requestFields.record(fields)
    sizes.requestHeadBytes.record(bytes)
  }

  private get sizes(): MessageSizes | undefined {
    const { config, totals } = this.cluster
    if (!config.measuresSizes) return undefined
    totals.sizes ??= new MessageSizes()
    return totals.sizes
  }

  private get budgets(): TimeoutBudgets | undefined {
    const { config, totals } = this.cluster
    if (!config.measuresBudgets) return undefined
    totals.budgets ??= new TimeoutBudgets()
    return totals.budgets
  }
}

/** Whole percent; of a time without end nothing is ever used. */
function percentOf(tookMs: number, limitMs: number): number {
  return limitMs > 0 ? Math.trunc((Math.trunc(tookMs) * 100) / limitMs) : 0
}
