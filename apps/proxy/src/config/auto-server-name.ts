/** `upstream_http_protocol_options`: what a request says of the peer that it is for. */
export type AutoServerName = {
  /** `auto_sni`: the peer is told its name. */
  readonly isTold: boolean
  /** `auto_san_validation`: its certificate must carry it. */
  readonly isVerified: boolean
  /** `override_auto_sni_header`, in lower case: where the name stands, before the host; "" for none. */
  readonly header: string
}
