import { grpcStatuses, grpcStatusOf } from '../message/grpc-status.ts'
import type { LoggedExchange } from './logged-exchange.ts'

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

/** `CAMEL_STRING`, `SNAKE_STRING` or `NUMBER`; a code without a name stays a number, and what is none is -1, as in Envoy. */
export function grpcStatusText(written: string, format: string): string {
  const code = /^\d+$/.test(written) ? written : '-1'
  const known = format === 'NUMBER' ? undefined : names[Number(code)]
  if (known === undefined) return code
  return format === 'SNAKE_STRING' ? known[1] : known[0]
}

/**
 * As a label of metrics. A code that gRPC does not know is UNKNOWN, as it is to gRPC's own clients: whoever answers must not
 * make a series with each answer.
 */
export function grpcStatusLabel(code: string): string {
  return code === '' || knownCode.test(code) ? code : grpcStatuses.unknown
}

const knownCode = /^(?:\d|1[0-6])$/

/**
 * The status of a gRPC call; '' of another request. Where the answer has none, what its HTTP status comes to in gRPC
 * (`doc/http-grpc-status-mapping.md` of gRPC).
 */
export function toldGrpcStatus({ isGrpc, grpcStatus, status }: LoggedExchange): string {
  if (!isGrpc || grpcStatus !== '') return isGrpc ? grpcStatus : ''
  return status === 0 ? '' : grpcStatusOf(status)
}
