/** heddle and envoy take nearly the same resources; gRPC clients refuse some of them. */
export type Dialect = 'heddle' | 'envoy' | 'grpc'

/** What a proxy says about itself, as far as its configuration depends on it. */
export type ProxyDescription = {
  readonly nodeId: string
  readonly dialect: Dialect
  readonly namespace: string
  readonly workload: string
  readonly service: string
  readonly serviceAccount: string
  readonly labels: Readonly<Record<string, string>>
  readonly instanceIps: readonly string[]
  readonly inbound: readonly InboundPort[]
  /** Where the workload sends its requests; undefined: the proxy has no outbound side. */
  readonly outbound: { readonly address: string; readonly port: number } | undefined
  /** The cluster of its bootstrap through which an Envoy reports; undefined: it reports nothing. */
  readonly telemetryCluster?: string | undefined
  /** The cluster of its bootstrap through which it asks for counts that instances share; undefined: it does not. */
  readonly rateLimitCluster?: string | undefined
  readonly locality: { readonly region: string; readonly zone: string }
}

/** A port of the instance's own address that the proxy takes over from the workload. */
export type InboundPort = {
  readonly port: number
  readonly protocol: 'http' | 'tcp'
  readonly app: { readonly address: string; readonly port: number }
}
