import type { AutoServerName } from '../config/auto-server-name.ts'
import type { Http2ClientConfig, UpstreamProtocol } from '../config/cluster-config.ts'
import type { FieldCase } from '../config/field-case.ts'
import type { DialSettings } from './open-socket.ts'

/** What a pool needs to know of its cluster; read anew for each connection, as configuration may change. */
export type PoolSettings = DialSettings & {
  readonly connectTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly requestsPerConnectionMax: number
  /** How old a connection may get before it is used no more; 0 or undefined for any age. */
  readonly durationMaxMs?: number
  /** The cluster's connections; at the limit a request waits for one that becomes free. */
  readonly connectionsMax: number
  /** Those of this endpoint alone (`per_host_thresholds`). */
  readonly endpointConnectionsMax: number
  /** The cluster's requests that have a connection; at the limit one that gets its own is refused. */
  readonly requestsMax: number
  /** `per_upstream_preconnect_ratio`: connections for each request, so that the next one finds one open. */
  readonly preconnectRatio: number
  readonly headerBytesMax: number
  readonly headerCountMax: number
  /** What may wait for the endpoint; undefined for as much as is usual. */
  readonly bufferBytesMax: number | undefined
  readonly protocol: UpstreamProtocol
  /** `connection_pool_per_downstream_connection`. */
  readonly isPerConnection: boolean
  /** Undefined: every request may have any connection. */
  readonly autoName: AutoServerName | undefined
  /** How names are written in HTTP/1.1. */
  readonly fieldCase?: FieldCase | undefined
  /** For the protocols that may be HTTP/2. */
  readonly http2: Http2ClientConfig | undefined
}
