import { z } from 'zod'

/**
 * One scenario file: a topic and its scenarios, as `conformance/README.md` describes them. Strict: a misspelt key must
 * not become an assertion that is never made.
 */
export const scenarioFile = z.strictObject({
  topic: z.string(),
  scenarios: z.array(z.lazy(() => scenario)).min(1),
})

const json = z.record(z.string(), z.unknown())

/** Bytes of the wire, latin1: a text, a text many times, or several of them in a row. */
export type Bytes = string | { repeat: Bytes; times: number } | Bytes[]
const bytes: z.ZodType<Bytes> = z.lazy(() =>
  z.union([z.string(), z.strictObject({ repeat: bytes, times: z.number().int() }), z.array(bytes)]),
)

/** Fields as a map, or as a list of pairs where order or repetition matters. */
const fields = z.union([z.record(z.string(), z.string()), z.array(z.tuple([z.string(), z.string()]))])

/** What the listener of a scenario is; what it does not say is in `build-bootstrap.ts`. */
const listener = z.strictObject({
  /** Of one virtual host for every domain. */
  routes: z.array(json).optional(),
  virtual_hosts: z.array(json).optional(),
  /** Merged over the RouteConfiguration. */
  route_config: json.optional(),
  /** HTTP filters in front of the router. */
  filters: z.array(json).optional(),
  /** Merged over the HttpConnectionManager. */
  hcm: json.optional(),
  /** A TcpProxy instead of the HttpConnectionManager. */
  tcp: json.optional(),
  /** Merged over the Listener. */
  listener: json.optional(),
  /** The access log's JSON format instead of the usual one; a text is a text format. */
  log: z.union([json, z.string()]).optional(),
})

const answer = z.strictObject({
  status: z.number().optional(),
  headers: fields.optional(),
  body: bytes.optional(),
  /** Sent chunked, in these pieces. */
  chunks: z.array(bytes).optional(),
  trailers: fields.optional(),
  afterMs: z.number().optional(),
})

/** What an upstream does with one connection, in order. Behind the last action the connection stays open and silent. */
const action = z.union([
  z.enum(['request', 'head', 'echo', 'end', 'close', 'reset', 'pause', 'loop']),
  z.strictObject({ write: bytes }),
  z.strictObject({ read: z.number() }),
  z.strictObject({ waitMs: z.number() }),
])

const upstream = z.union([
  /** Answers 200 with its own name; or nothing listens. */
  z.enum(['ok', 'refuses']),
  /** Request n gets answer n, the last one repeats. */
  z.strictObject({ answers: z.array(answer).min(1) }),
  /** The same over HTTP/2; an answer with status 0 resets the stream. */
  z.strictObject({ h2: z.array(answer).min(1) }),
  /** Connection n follows script n, the last one repeats. */
  z.strictObject({ connections: z.array(z.array(action)).min(1) }),
])

const on = { on: z.string().default('main') }
const step = z.union([
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
    withinMs: z.number().default(5000),
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
  /** Requests of HTTP/2, at once on one new connection. */
  z.strictObject({
    h2: z.array(
      z.strictObject({
        headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
        body: bytes.optional(),
        trailers: z.record(z.string(), z.string()).optional(),
      }),
    ),
  }),
])

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
const expectedFields = z.record(z.string(), z.union([text, z.array(z.string())]))

const connections = z.record(z.string(), z.enum(['open', 'closed', 'reset', 'either']))

const expected = z.strictObject({
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
        /** Everything that came, on all connections. */
        bytes: text.optional(),
      }),
    )
    .optional(),
  /** Lines of the access log, in the order of their ends. */
  log: z.array(z.union([expectedFields, z.string()])).optional(),
  tally: z.record(z.string(), z.tuple([z.number(), z.number()])).optional(),
})

const scenario = z.strictObject({
  name: z.string(),
  /** Rows of lists elsewhere that this scenario covers. */
  covers: z.array(z.string()).default([]),
  listener: listener.default({}),
  /** Merged over the cluster of the upstream with that name; a name without an upstream is a cluster of its own. */
  clusters: z.record(z.string(), json).default({}),
  upstreams: z.record(z.string(), upstream).default({ a: 'ok' }),
  steps: z.array(step).min(1),
  expect: expected,
  /** Where Envoy does something else, and we stay as we are: what it does, why, and where that is written. */
  differs: z
    .strictObject({
      envoy: expected.partial().extend({ connections: connections.optional() }),
      reason: z.string(),
      standard: z.string(),
    })
    .optional(),
  /** Parts of the outcome that are not compared between the two, each with its reason. */
  incomparable: z.record(z.string(), z.string()).default({}),
})

export type ScenarioFile = z.infer<typeof scenarioFile>
export type Scenario = z.infer<typeof scenario> & { readonly topic: string; readonly id: string }
export type Step = z.infer<typeof step>
export type UpstreamSpec = z.infer<typeof upstream>
export type UpstreamAction = z.infer<typeof action>
export type Answer = z.infer<typeof answer>
export type Fields = z.infer<typeof fields>
export type Expected = z.infer<typeof expected>
export type ExpectedText = z.infer<typeof text>
export type ExpectedFields = z.infer<typeof expectedFields>
export type Json = Record<string, unknown>
