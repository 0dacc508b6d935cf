import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { type Server, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js'
import {
  type RateLimitRequest,
  RateLimitRequestSchema,
  RateLimitResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import { rawUnary } from '@heddle/shared/xds/raw-bytes'
import { hasTooManyParts } from '../load/has-too-many-parts.ts'
import { LimitRequestRefused } from './limit-request-refused.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { readLimitRequest } from './read-limit-request.ts'
import { toLimitResponse } from './to-limit-response.ts'

const path = '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit'

/** Adds `envoy.service.ratelimit.v3.RateLimitService` to a server. Answers from memory, within the call. */
export function serveRateLimits(server: Server, limiter: RateLimiter): void {
  const ShouldRateLimit = (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
    try {
      const request = readLimitRequest(decode(call.request))
      const response = create(RateLimitResponseSchema, toLimitResponse(limiter.answer(request, performance.now())))
      answer(null, Buffer.from(toBinary(RateLimitResponseSchema, response)))
    } catch (error) {
      // Bytes that are no message end here too.
      answer({ code: status.INVALID_ARGUMENT, details: error instanceof Error ? error.message : String(error) })
    }
  }
  server.addService({ ShouldRateLimit: { path, ...rawUnary } }, { ShouldRateLimit })
}

/** As many descriptors as may be asked about, with all the entries that one may have, are 17,408. */
const partsMax = 20_000

function decode(bytes: Buffer): RateLimitRequest {
  if (hasTooManyParts(RateLimitRequestSchema, bytes, partsMax)) {
    throw new LimitRequestRefused(`a request must have at most ${partsMax} parts`)
  }
  return fromBinary(RateLimitRequestSchema, bytes, { readUnknownFields: false })
}
