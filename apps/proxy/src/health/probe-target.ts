import type { SocketAddress } from '../net/socket-address.ts'
import type { DialSettings } from '../pool/open-socket.ts'

/** Whom a check asks, and as whom. */
export type ProbeTarget = {
  readonly address: SocketAddress
  readonly dial: DialSettings
  /** What the check names where the configuration gives no host. */
  readonly clusterName: string
  /** `health_check_config.hostname` of the endpoint; "" for none. */
  readonly hostname: string
}
