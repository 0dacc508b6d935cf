import { z } from 'zod'
import { bytes, fields, files, frames } from './scenario-values.ts'

const on = { on: z.string().default('main') }
/** What the client does next. */
export const step = z.union([
  z.strictObject({
    request: z.string(),
    headers: fields.optional(),
    body: bytes.optional(),
    host: z.string().nullable().default('test'),
    ...on,
  }),
  z.strictObject({ send: bytes, ...on }),
  z.strictObject({
    receive: z.union([z.enum(['response', 'close']), z.strictObject({ text: z.string() })]),
    /** Of the request that is answered, where that decides how long the answer is. */
    method: z.string().default('GET'),
    /** Without it an answer is waited for as for one to a `request`. */
    withinMs: z.number().optional(),
    ...on,
  }),
  z.strictObject({ client: z.enum(['end', 'reset', 'close', 'pause', 'resume', 'connect']), ...on }),
  z.strictObject({ waitMs: z.number() }),
  z.strictObject({
    until: z.strictObject({
      upstream: z.string(),
      requests: z.number().optional(),
      connections: z.number().optional(),
    }),
  }),
  z.strictObject({
    repeat: z.number(),
    request: z.string(),
    headers: fields.optional(),
    /** What is counted of each answer. */
    tally: z.union([z.enum(['status', 'body']), z.strictObject({ header: z.string() })]),
  }),
  z.strictObject({ admin: z.string() }),
  /** A line of the proxy's statistics by which it has done what it does in its own time: eject, check health, read a file. */
  z.strictObject({ heard: z.string() }),
  /**
   * Files of `<folder>`: moved to their place, swapped as Kubernetes swaps a volume, or written where they are; and the line of
   * the proxy's statistics by which it has taken them.
   */
  z.strictObject({ move: files, heard: z.string() }),
  z.strictObject({ mount: files, heard: z.string() }),
  z.strictObject({ write: files }),
  /** Requests of HTTP/2, at once on one new connection, made as the client of that name is. */
  z.strictObject({
    ...on,
    h2: z.array(
      z.strictObject({
        headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
        body: bytes.optional(),
        trailers: z.record(z.string(), z.string()).optional(),
      }),
    ),
  }),
  /**
   * Frames of HTTP/2 as they stand here, behind the preface, and what comes back until a PING behind them is answered or the
   * connection ends.
   */
  z.strictObject({
    frames,
    preface: z.boolean().default(true),
    withinMs: z.number().default(6000),
    /** Bytes to wait for, by stream. */
    data: z.record(z.string(), z.string()).default({}),
    ...on,
  }),
])

export type Step = z.infer<typeof step>
