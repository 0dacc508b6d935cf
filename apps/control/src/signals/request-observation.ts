/** Requests of one kind that a proxy reports for a span of time, out of its metrics. */
export type RequestObservation = {
  readonly proxyId: string
  readonly reporter: 'source' | 'destination'
  readonly source: { readonly namespace: string; readonly service: string }
  readonly destination: { readonly namespace: string; readonly service: string; readonly version: string }
  readonly protocol: 'http' | 'grpc' | 'tcp'
  /** 0: there was no answer. */
  readonly status: number
  readonly grpcStatus: number | undefined
  /** Envoy's response flags, "" for none. */
  readonly flags: string
  readonly revision: number | undefined
  /** The policy that denied it or acted on it, "" for none; undefined when the proxy never says. */
  readonly matchedPolicy: string | undefined
  readonly requests: number
  /** Requests per bucket of `duration-histogram.ts`; undefined: counted elsewhere. */
  readonly durations: readonly number[] | undefined
  readonly durationSumMs: number
}

/** Callers that no sidecar speaks for. */
export const outside = 'unknown'
