import type { NetworkRbac } from '@heddle/engine/authz/network-rbac'
import type { TokenBucketRate } from '@heddle/engine/limit/token-bucket'

/** What decides about a connection before the last filter of its chain serves it, in the order of the chain. */
export type NetworkFilter =
  /** New connections, by a token bucket. */
  | { readonly kind: 'local-rate-limit'; readonly statPrefix: string; readonly rate: TokenBucketRate }
  /** Open connections. One too many is kept for `delayMs`, unserved, before it is cut off. */
  | {
      readonly kind: 'connection-limit'
      readonly statPrefix: string
      readonly connectionsMax: number
      readonly delayMs: number
    }
  | { readonly kind: 'rbac'; readonly rbac: NetworkRbac }
  /** The server name of the TLS hello names the cluster of `tcp_proxy`. */
  | { readonly kind: 'sni-cluster' }
