import type { IpRange } from '@heddle/engine/match/ip-range'
import type { ClientDetection } from './client-detection.ts'

/** `forward_client_cert_details` and `set_current_client_cert_details`. */
export type ClientCertificateHeader = {
  readonly mode: 'sanitize' | 'forward' | 'append' | 'set' | 'always-forward'
  readonly tellsSubject: boolean
  readonly tellsCertificate: boolean
  readonly tellsChain: boolean
  readonly tellsUri: boolean
  readonly tellsDns: boolean
}

/** What an HTTP chain believes of a request's way here, and says of itself to both sides. */
export type HttpEdge = {
  /** `use_remote_address`: the mesh edge. The client is who is connected, or stands before the trusted hops. */
  readonly isEdge: boolean
  /** `xff_num_trusted_hops`: so many entries of `x-forwarded-for` were written by proxies that are trusted. */
  readonly trustedHops: number
  /** `original_ip_detection_extensions`; with none, `x-forwarded-for` is read as `trustedHops` says. */
  readonly detections: readonly ClientDetection[]
  readonly appendsForwardedFor: boolean
  readonly appendsForwardedPort: boolean
  /** `scheme_header_transformation.scheme_to_overwrite`; undefined keeps what is. */
  readonly scheme: 'http' | 'https' | undefined
  /** Named to the next hop and in answers; empty for none. */
  readonly via: string
  readonly preservesRequestId: boolean
  readonly tellsRequestId: boolean
  /** `server_header_transformation` with a `server_name`; without a name an answer keeps the upstream's. */
  readonly server: { readonly name: string; readonly overwrites: boolean } | undefined
  /** The port of the Host header is taken out never, when it is the listener's, or always. */
  readonly hostPort: 'keep' | 'strip-own' | 'strip'
  readonly stripsHostDot: boolean
  /** Of a request of HTTP/1.0 without one; "" for none. */
  readonly defaultHost: string
  readonly clientCertificate: ClientCertificateHeader
  /** `internal_address_config.cidr_ranges`: whose requests may ask for retries and timeouts of their own. */
  readonly internalRanges: readonly IpRange[]
}
