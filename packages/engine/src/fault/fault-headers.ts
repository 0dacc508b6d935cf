/** The request headers that control a fault whose policy leaves it to them. */
export const faultHeaders = {
  /** Milliseconds. */
  delay: { name: 'x-envoy-fault-delay-request', percentageName: 'x-envoy-fault-delay-request-percentage' },
  abort: { name: 'x-envoy-fault-abort-request', percentageName: 'x-envoy-fault-abort-request-percentage' },
  grpcAbort: { name: 'x-envoy-fault-abort-grpc-request', percentageName: 'x-envoy-fault-abort-request-percentage' },
  /** KiB per second. */
  throughput: {
    name: 'x-envoy-fault-throughput-response',
    percentageName: 'x-envoy-fault-throughput-response-percentage',
  },
} as const satisfies Record<string, FaultHeader>

export type FaultHeader = { readonly name: string; readonly percentageName: string }
