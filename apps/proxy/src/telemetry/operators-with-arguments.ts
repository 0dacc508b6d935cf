import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { formatTime } from './format-time.ts'
import type { LogOperator } from './log-operators.ts'

const none = () => ''
const ofHttp = (http: (exchange: HttpExchange) => string): LogOperator => ({ http, tcp: none })

/** Operators that are followed by something in brackets. Undefined for one that is not known here. */
export function operatorWithArguments(name: string, args: string, path: string): LogOperator | undefined {
  switch (name) {
    case 'TRAILER': {
      const [first = '', second] = args.toLowerCase().split('?')
      if (first === '') throw new ResourceRejected(path, '%TRAILER()% names no trailer')
      return ofHttp(
        ({ responseTrailers }) =>
          responseTrailers?.get(first) ?? (second === undefined ? '' : (responseTrailers?.get(second) ?? '')),
      )
    }
    case 'START_TIME':
      return {
        http: ({ startedAt }) => formatTime(args, startedAt),
        tcp: ({ startedMs }) => formatTime(args, Date.now() - (performance.now() - startedMs)),
      }
    case 'ENVIRONMENT': {
      const value = process.env[args] ?? ''
      return { http: () => value, tcp: () => value }
    }
    case 'QUERY_PARAM':
      return ofHttp(({ query }) => new URLSearchParams(query).get(args) ?? '')
    case 'GRPC_STATUS':
      return ofHttp(({ grpcStatus }) => (grpcStatus === '' ? '' : grpcStatusText(grpcStatus, args)))
    default:
      return undefined
  }
}

const names = [
  ['OK', 'OK'],
  ['Canceled', 'CANCELLED'],
  ['Unknown', 'UNKNOWN'],
  ['InvalidArgument', 'INVALID_ARGUMENT'],
  ['DeadlineExceeded', 'DEADLINE_EXCEEDED'],
  ['NotFound', 'NOT_FOUND'],
  ['AlreadyExists', 'ALREADY_EXISTS'],
  ['PermissionDenied', 'PERMISSION_DENIED'],
  ['ResourceExhausted', 'RESOURCE_EXHAUSTED'],
  ['FailedPrecondition', 'FAILED_PRECONDITION'],
  ['Aborted', 'ABORTED'],
  ['OutOfRange', 'OUT_OF_RANGE'],
  ['Unimplemented', 'UNIMPLEMENTED'],
  ['Internal', 'INTERNAL'],
  ['Unavailable', 'UNAVAILABLE'],
  ['DataLoss', 'DATA_LOSS'],
  ['Unauthenticated', 'UNAUTHENTICATED'],
] as const

/** `CAMEL_STRING`, `SNAKE_STRING` or `NUMBER`; a code without a name stays a number. */
export function grpcStatusText(code: string, format: string): string {
  const known = format === 'NUMBER' ? undefined : names[Number(code)]
  if (known === undefined) return code
  return format === 'SNAKE_STRING' ? known[1] : known[0]
}
