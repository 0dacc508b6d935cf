import type { HeaderBlock } from '../message/header-block.ts'

/** What a response says about its endpoint. A gRPC server answers 200 and says in `grpc-status` that it failed. */
export function outcomeOf(status: number, headers: HeaderBlock): 'ok' | 'server-error' | 'gateway-error' {
  if (status === 200) return ofGrpc(headers.get('grpc-status'))
  // A status of no class says nothing of the endpoint, as in Envoy.
  if (status < 500 || status > 599) return 'ok'
  return status === 502 || status === 503 || status === 504 ? 'gateway-error' : 'server-error'
}

/** As Envoy counts them: UNKNOWN, INTERNAL and DATA_LOSS are 500; DEADLINE_EXCEEDED and UNAVAILABLE are a gateway's. */
function ofGrpc(status: string | undefined): 'ok' | 'server-error' | 'gateway-error' {
  switch (status) {
    case '2':
    case '13':
    case '15':
      return 'server-error'
    case '4':
    case '14':
      return 'gateway-error'
    default:
      return 'ok'
  }
}
