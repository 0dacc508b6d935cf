/** Where a proxy under test listens, and where it sends to. */
export type PeerSetup = {
  readonly folder: string
  readonly listenPort: number
  readonly upstreamPort: number
  readonly adminPort: number
  /** Takes the spans of those that trace. */
  readonly collectorPort: number
}

/** One kind of work, and how each peer is set up for it. A peer without a configuration is left out of it. */
export type Scenario = {
  readonly name: string
  /** What the table says above itself. */
  readonly title: string
  readonly load: LoadKind
  /** `grpc` is `http2` whose answers have the type and the trailer of a gRPC call. */
  readonly upstream: 'http1' | 'http2' | 'grpc'
  readonly bodyBytes: number
  readonly connections: number
  /** Requests at a time on one connection; HTTP/2 only. */
  readonly streams: number
  readonly requests: number
  /** Envoy's bootstrap, for our proxy and for Envoy. */
  readonly bootstrap: (setup: PeerSetup) => object
  readonly haproxy: ((setup: PeerSetup) => string) | undefined
  readonly nginx: ((setup: PeerSetup) => string) | undefined
}

export type LoadKind = 'http1' | 'http1-tls' | 'http2' | 'grpc'
