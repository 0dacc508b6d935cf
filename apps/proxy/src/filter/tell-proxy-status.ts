import type { ProxyStatusConfig } from '../config/proxy-status.ts'
import type { ResponseFilter } from '../exchange/response-filter.ts'
import type { ResponseFlag } from '../exchange/response-flag.ts'

/**
 * Names in `proxy-status` what went wrong here (RFC 9209), behind what others have said. The first flag of Envoy's list
 * decides, and may change the status to the one that the RFC recommends; what a service answered itself has none.
 */
export function tellProxyStatus(
  { name, tellsDetails, tellsFlags, setsStatus }: ProxyStatusConfig,
  nodeId: string,
): ResponseFilter {
  return (exchange, headers) => {
    if (exchange.flags === '') return
    const flags = exchange.flags.split(',')
    const error = errors.find(({ flag }) => flags.includes(flag))
    if (error === undefined) return
    const details = [
      ...(tellsDetails ? [exchange.details.replaceAll(' ', '_')] : []),
      ...(tellsFlags ? [exchange.flags] : []),
    ].filter((each) => each !== '')
    const told = details.length === 0 ? '' : `; details="${details.join('; ')}"`
    const before = headers.get('proxy-status')
    const own = `${name ?? nodeId}; error=${error.name}${told}`
    headers.set('proxy-status', before === undefined ? own : `${before}, ${own}`)
    if (setsStatus && error.status !== undefined) exchange.status = error.status
  }
}

type ProxyError = { readonly flag: ResponseFlag; readonly name: string; readonly status: number | undefined }

/** In Envoy's order; statuses are those of RFC 9209 §2.3. */
const errors: readonly ProxyError[] = [
  { flag: 'LH', name: 'destination_unavailable', status: 503 },
  { flag: 'UH', name: 'destination_unavailable', status: 503 },
  { flag: 'UT', name: 'http_response_timeout', status: 504 },
  { flag: 'UR', name: 'connection_terminated', status: 502 },
  { flag: 'UF', name: 'connection_refused', status: 502 },
  { flag: 'UC', name: 'connection_terminated', status: 502 },
  { flag: 'UO', name: 'connection_limit_reached', status: 503 },
  { flag: 'NR', name: 'destination_not_found', status: 500 },
  { flag: 'RL', name: 'connection_limit_reached', status: 503 },
  { flag: 'URX', name: 'destination_unavailable', status: 503 },
  { flag: 'SI', name: 'http_response_timeout', status: 504 },
  { flag: 'DPE', name: 'http_request_error', status: undefined },
  { flag: 'UMSDR', name: 'http_response_timeout', status: 504 },
  { flag: 'UPE', name: 'http_protocol_error', status: 502 },
  { flag: 'NC', name: 'destination_unavailable', status: 503 },
  { flag: 'FI', name: 'http_request_error', status: undefined },
]
