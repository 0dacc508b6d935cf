import { z } from 'zod'
import { bytes, fields, frames, peerTls } from './scenario-values.ts'

const answer = z.strictObject({
  status: z.number().optional(),
  headers: fields.optional(),
  body: bytes.optional(),
  /** Sent chunked, in these pieces. */
  chunks: z.array(bytes).optional(),
  trailers: fields.optional(),
  afterMs: z.number().optional(),
  /** Over HTTP/2: answers before the request is whole and sends back what comes of it; `body` and `trailers` are the end. */
  tunnel: z.boolean().optional(),
  /** Over HTTP/2: the code with which the stream is reset behind what it sent. */
  reset: z.number().optional(),
  /** Over HTTP/2: the code with which the connection takes no more streams, said before the answer. */
  goaway: z.number().optional(),
})

/** What an upstream does with one connection, in order. Behind the last action the connection stays open and silent. */
const action = z.union([
  z.enum(['request', 'head', 'echo', 'end', 'close', 'reset', 'pause', 'loop']),
  z.strictObject({ write: bytes }),
  z.strictObject({ read: z.number() }),
  z.strictObject({ waitMs: z.number() }),
  /** Frames of HTTP/2 as they stand here. */
  z.strictObject({ frames }),
])

const place = {
  tls: peerTls.optional(),
  /** Where it listens. */
  at: z.enum(['ipv4', 'ipv6', 'unix']).default('ipv4'),
}

/** What a scenario's upstream is. */
export const upstream = z.union([
  /** Answers 200 with its own name; or nothing listens. */
  z.enum(['ok', 'refuses']),
  /** Request n gets answer n, the last one repeats. */
  z.strictObject({ answers: z.array(answer).min(1), ...place }),
  /** The same over HTTP/2; an answer with status 0 resets the stream. */
  z.strictObject({ h2: z.array(answer).min(1), ...place }),
  /**
   * A rate limit service of Envoy's protocol: question n gets answer n, a `RateLimitResponse` as JSON, or fails with a
   * status of gRPC.
   */
  z.strictObject({
    rls: z.array(z.looseObject({ afterMs: z.number().optional(), failsWith: z.number().optional() })).min(1),
  }),
  /** An access log service, of Envoy's protocol and of OTLP; what it gets is seen as requests. */
  z.strictObject({ logs: z.literal(true) }),
  /** Connection n follows script n, the last one repeats. */
  z.strictObject({ connections: z.array(z.array(action)).min(1), ...place }),
])

export type UpstreamSpec = z.infer<typeof upstream>
export type UpstreamAction = z.infer<typeof action>
export type Answer = z.infer<typeof answer>
