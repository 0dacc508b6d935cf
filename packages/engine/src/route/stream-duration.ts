/** `max_stream_duration` of a route: from the beginning of a request to the end of its answer. */
export type StreamDuration = {
  /** 0: no limit. */
  readonly maxMs: number
  /** `grpc_timeout_header_max`: a call's own `grpc-timeout` counts, up to this; 0 for any. Undefined: it does not count. */
  readonly grpcHeaderMaxMs: number | undefined
  /** `grpc_timeout_header_offset`: so much earlier, so that the answer arrives in time. */
  readonly grpcHeaderOffsetMs: number
}

/** How long one request may take as a whole; 0 when there is no limit. `grpcTimeout` is undefined for what is no gRPC call. */
export function streamDurationMs(policy: StreamDuration, grpcTimeout: string | undefined): number {
  const { maxMs, grpcHeaderMaxMs, grpcHeaderOffsetMs } = policy
  if (grpcHeaderMaxMs === undefined || grpcTimeout === undefined) return maxMs
  const asked = grpcTimeoutMs(grpcTimeout)
  if (asked === undefined) return maxMs
  const allowed = grpcHeaderMaxMs > 0 ? Math.min(asked, grpcHeaderMaxMs) : asked
  return Math.max(1, allowed - grpcHeaderOffsetMs)
}

/** At most 8 digits and a unit (gRPC over HTTP/2, "Timeout"). */
const timeout = /^(\d{1,8})([HMSmun])$/
const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 }

/** In milliseconds as long as eight digits are enough for them. */
export function grpcTimeoutText(ms: number): string {
  let left = Math.ceil(ms)
  if (left <= digitsMax) return `${left}m`
  left = Math.floor(left / 1000)
  for (const unit of ['S', 'M']) {
    if (left <= digitsMax) return `${left}${unit}`
    left = Math.floor(left / 60)
  }
  return `${Math.min(left, digitsMax)}H`
}

const digitsMax = 99_999_999

export function grpcTimeoutMs(value: string): number | undefined {
  const [, digits, unit = ''] = timeout.exec(value) ?? []
  return digits === undefined ? undefined : Number(digits) * (unitMs[unit] as number) // the expression allows no other
}
