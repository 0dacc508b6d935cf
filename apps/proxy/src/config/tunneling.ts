import type { HeaderEdit } from '@heddle/engine/mutate/header-edit'
import type { HeaderFormat } from '@heddle/engine/mutate/header-format'

/** `tunneling_config`: the bytes of a connection go through another proxy, as what follows a CONNECT or a POST. */
export type Tunneling = {
  /** Whom the other proxy is asked for. */
  readonly host: HeaderFormat
  readonly method: 'CONNECT' | 'POST'
  /** Of a POST. */
  readonly path: string
  readonly edits: readonly HeaderEdit[]
  /** `propagate_response_headers`, `propagate_response_trailers`: access logs can tell them. */
  readonly keepsHeaders: boolean
  readonly keepsTrailers: boolean
}
