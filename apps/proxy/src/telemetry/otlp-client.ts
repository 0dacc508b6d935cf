import { GrpcChannel } from '../grpc/grpc-channel.ts'
import { OK, UNAVAILABLE } from '../grpc/grpc-status.ts'
import type { SocketAddress } from '../net/socket-address.ts'

export type OtlpSignal = 'metrics' | 'logs' | 'trace'
/** `unreachable`: nothing arrived, it can be told again. `lost`: it may have arrived, so it must not be. */
export type OtlpOutcome = 'sent' | 'unreachable' | 'lost' | 'busy'

const services: Record<OtlpSignal, string> = { metrics: 'MetricsService', logs: 'LogsService', trace: 'TraceService' }
const limitMs = 5000
const backOffMaxMs = 30_000

/** Sends export requests over OTLP/gRPC: one at a time per signal, each with a limit, slower while nobody answers. */
export class OtlpClient {
  private readonly channel: GrpcChannel
  private readonly state: Record<OtlpSignal, { isSending: boolean; failures: number; notBefore: number }> = {
    metrics: { isSending: false, failures: 0, notBefore: 0 },
    logs: { isSending: false, failures: 0, notBefore: 0 },
    trace: { isSending: false, failures: 0, notBefore: 0 },
  }

  constructor(address: string) {
    this.channel = new GrpcChannel(parse(address), { connectTimeoutMs: limitMs })
  }

  isReady(signal: OtlpSignal, now: number): boolean {
    const { isSending, notBefore } = this.state[signal]
    return !isSending && now >= notBefore
  }

  async send(signal: OtlpSignal, request: Uint8Array): Promise<OtlpOutcome> {
    const state = this.state[signal]
    if (state.isSending) return 'busy'
    state.isSending = true
    const outcome = await this.call(signal, request)
    state.isSending = false
    state.failures = outcome === 'sent' ? 0 : state.failures + 1
    state.notBefore =
      outcome === 'sent' ? 0 : Date.now() + Math.min(backOffMaxMs, 500 * 2 ** Math.min(state.failures, 6))
    return outcome
  }

  close(): void {
    this.channel.close()
  }

  private async call(signal: OtlpSignal, request: Uint8Array): Promise<OtlpOutcome> {
    const path = `/opentelemetry.proto.collector.${signal}.v1.${services[signal]}/Export`
    const { status } = await this.channel.unary(path, request, { timeoutMs: limitMs })
    if (status.code === OK) return 'sent'
    return status.isUnprocessed || status.code === UNAVAILABLE ? 'unreachable' : 'lost'
  }
}

/** "host:port", as the settings have it; a host of IPv6 stands in brackets. */
function parse(address: string): SocketAddress {
  const colon = address.lastIndexOf(':')
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '')
  return { kind: 'tcp', host, port: Number(address.slice(colon + 1)) }
}
