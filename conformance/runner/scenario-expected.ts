import { z } from 'zod'

/** A text is met exactly. */
const text = z.union([
  z.string(),
  z.null(),
  z.boolean(),
  z.number(),
  z.strictObject({ matches: z.string() }),
  z.strictObject({ contains: z.string() }),
  z.strictObject({ length: z.number() }),
  z.strictObject({ between: z.tuple([z.number(), z.number()]) }),
])
/** Error codes of RFC 9113 §7, any one of them. */
const codes = z.union([z.string(), z.array(z.string())])
const expectedFields = z.record(z.string(), z.union([text, z.array(z.string())]))

export const connections = z.record(z.string(), z.enum(['open', 'closed', 'reset', 'either']))

/** What is expected of one side. */
export const expected = z.strictObject({
  responses: z
    .array(
      z.union([
        /** Nothing came: the connection ended, or time was over. */
        z.enum(['closed', 'timeout']),
        z.strictObject({
          status: z.number().optional(),
          reason: text.optional(),
          headers: expectedFields.optional(),
          body: text.optional(),
          trailers: expectedFields.optional(),
          interims: z.array(z.number()).optional(),
          /** False: the connection ended in the middle of it. */
          complete: z.boolean().default(true),
          text: text.optional(),
          ms: text.optional(),
        }),
        /** What came on a connection whose frames the scenario wrote itself. */
        z.strictObject({
          frames: z.strictObject({
            statuses: z.record(z.string(), z.number()).optional(),
            resets: z.record(z.string(), codes).optional(),
            goaway: codes.nullable().optional(),
            data: z.record(z.string(), text).optional(),
            /** The PING behind the frames was answered. */
            alive: z.boolean().optional(),
            served: text.optional(),
          }),
        }),
      ]),
    )
    .optional(),
  /** How each connection ended; those that are not named are still open. */
  connections: connections.default({}),
  /** What each upstream saw. */
  upstream: z
    .record(
      z.string(),
      z.strictObject({
        requests: z
          .array(
            z.strictObject({
              method: z.string().optional(),
              target: text.optional(),
              headers: expectedFields.optional(),
              body: text.optional(),
              trailers: expectedFields.optional(),
              complete: z.boolean().default(true),
            }),
          )
          .optional(),
        count: text.optional(),
        connections: text.optional(),
        /** What it saw of each handshake of TLS that came through. */
        handshakes: z
          .array(z.strictObject({ sni: text.optional(), alpn: text.optional(), certificate: text.optional() }))
          .optional(),
        /** Everything that came, on all connections. */
        bytes: text.optional(),
      }),
    )
    .optional(),
  /** Lines of the access log, in the order of their ends. */
  log: z.array(z.union([expectedFields, z.string()])).optional(),
  /** What the client saw of the handshake of a connection. */
  tls: z
    .record(
      z.string(),
      z.strictObject({ alpn: text.optional(), version: text.optional(), certificate: text.optional() }),
    )
    .optional(),
  tally: z.record(z.string(), z.tuple([z.number(), z.number()])).optional(),
})

export type Expected = z.infer<typeof expected>
export type ExpectedText = z.infer<typeof text>
export type ExpectedFields = z.infer<typeof expectedFields>
