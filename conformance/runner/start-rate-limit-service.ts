import { setTimeout as delay } from 'node:timers/promises'
import { create, fromBinary, fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf'
import { Server, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js'
import {
  type RateLimitRequest,
  RateLimitRequestSchema,
  RateLimitResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import { rawUnary } from '@heddle/shared/xds/raw-bytes'
import { nothingSeen } from './outcome.ts'
import type { UpstreamSpec } from './scenario-upstream.ts'
import { serveGrpc } from './serve-grpc.ts'
import type { RunningUpstream } from './start-upstream.ts'

const raw = { path: '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit', ...rawUnary } as const

/**
 * A real `envoy.service.ratelimit.v3.RateLimitService` that answers question n with answer n. What it was asked is kept as a
 * request whose target is the domain and whose body is the descriptors.
 */
export async function startRateLimitService({
  rls: answers,
}: Extract<UpstreamSpec, { rls: unknown }>): Promise<RunningUpstream> {
  const seen = nothingSeen()
  const server = new Server()
  const ShouldRateLimit = async (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
    const given = answers[Math.min(seen.requests.length, answers.length - 1)] ?? {}
    const request = fromBinary(RateLimitRequestSchema, call.request)
    seen.requests.push({
      method: 'ShouldRateLimit',
      target: request.domain,
      headers: [],
      body: textOf(request),
      trailers: [],
      complete: true,
    })
    const { afterMs, failsWith, ...response } = given
    if (afterMs !== undefined) await delay(afterMs)
    if (failsWith !== undefined) return answer({ code: failsWith, details: 'as the scenario says' })
    const message = fromJson(RateLimitResponseSchema, response as JsonValue)
    answer(null, Buffer.from(toBinary(RateLimitResponseSchema, create(RateLimitResponseSchema, message))))
  }
  server.addService({ ShouldRateLimit: raw }, { ShouldRateLimit })
  return { ...(await serveGrpc(server)), seen }
}

/** One line for each descriptor: "user=ada, plan=free", then what it says of itself. */
function textOf({ descriptors, hitsAddend }: RateLimitRequest): string {
  const lines = descriptors.map(({ entries, limit, hitsAddend: own, isNegativeHits }) => {
    const described = entries.map(({ key, value }) => `${key}=${value}`).join(', ')
    const limited = limit === undefined ? '' : ` limit ${limit.requestsPerUnit}/${limit.unit}`
    const hits = own === undefined ? '' : ` hits ${isNegativeHits ? '-' : ''}${own}`
    return `${described}${limited}${hits}`
  })
  return [...lines, ...(hitsAddend === 0 ? [] : [`hits ${hitsAddend}`])].join('\n')
}
