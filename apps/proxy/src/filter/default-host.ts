import { normaliseAuthority } from '@heddle/engine/path/normalise-authority'
import type { RequestStage } from '../exchange/filter-stages.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'

/** The host of a request of HTTP/1.0 that names none (`default_host_for_http_10`); undefined where there is none either. */
export function defaultHost(name: string): Filter<RequestStage> | undefined {
  if (name === '') return undefined
  const { host, port } = normaliseAuthority(name)
  return (exchange) => {
    if (exchange.host !== '' || exchange.majorVersion !== 1 || exchange.minorVersion !== 0) return CONTINUE
    exchange.host = name
    exchange.authority = host
    exchange.authorityPort = port
    return CONTINUE
  }
}
