import type { GrpcWebForm } from '@heddle/engine/grpc/grpc-web-type'
import type { CountedCall } from './counted-call.ts'

/** A call that came as gRPC-Web and goes on as gRPC (`grpc_web`). */
export type GrpcWebCall = {
  /** In which its answer is read. */
  readonly answer: GrpcWebForm
  /** Undefined: its path names no method. */
  readonly counted: CountedCall | undefined
}
