import { Client, credentials, status } from '@grpc/grpc-js'

export type OtlpSignal = 'metrics' | 'logs' | 'trace'
/** `unreachable`: nothing arrived, it can be told again. `lost`: it may have arrived, so it must not be. */
export type OtlpOutcome = 'sent' | 'unreachable' | 'lost' | 'busy'

const services: Record<OtlpSignal, string> = { metrics: 'MetricsService', logs: 'LogsService', trace: 'TraceService' }
const limitMs = 5000
const backOffMaxMs = 30_000

/** Sends export requests over OTLP/gRPC: one at a time per signal, each with a limit, slower while nobody answers. */
export class OtlpClient {
  private readonly client: Client
  private readonly state: Record<OtlpSignal, { isSending: boolean; failures: number; notBefore: number }> = {
    metrics: { isSending: false, failures: 0, notBefore: 0 },
    logs: { isSending: false, failures: 0, notBefore: 0 },
    trace: { isSending: false, failures: 0, notBefore: 0 },
  }

  constructor(address: string) {
    this.client = new Client(address, credentials.createInsecure(), { 'grpc.max_reconnect_backoff_ms': 5000 })
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
    this.client.close()
  }

  private call(signal: OtlpSignal, request: Uint8Array): Promise<OtlpOutcome> {
    const path = `/opentelemetry.proto.collector.${signal}.v1.${services[signal]}/Export`
    return new Promise((resolve) => {
      this.client.makeUnaryRequest(
        path,
        (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        (bytes: Buffer) => bytes,
        request,
        { deadline: Date.now() + limitMs },
        (error) => {
          resolve(error === null ? 'sent' : error.code === status.UNAVAILABLE ? 'unreachable' : 'lost')
        },
      )
    })
  }
}
