import { z } from 'zod'

/** Health as the graph colours it. `idle`: no requests in the window; `low`: fewer than 20, not judged; `unknown`: not measured. */
export const Health = z.enum(['ok', 'warn', 'fail', 'low', 'idle', 'unknown'])
export type Health = z.infer<typeof Health>

export const Signals = z.strictObject({
  requestsPerSecond: z.number(),
  requests: z.number(),
  /** 0 to 1; 5xx and connection failures, proxy-made ones included. */
  errorShare: z.number(),
  /** 0 to 1: answered 403 by policy. */
  deniedShare: z.number(),
  /** 0 to 1: made by an active fault (flags FI, DI). */
  injectedShare: z.number(),
  p50Ms: z.number().optional(),
  p95Ms: z.number().optional(),
  p99Ms: z.number().optional(),
})
export type Signals = z.infer<typeof Signals>

export const GraphNode = z.strictObject({
  /** "svc:shop/payments", or "ext:unknown" for callers outside the mesh. */
  id: z.string(),
  kind: z.enum(['service', 'external']),
  name: z.string(),
  namespace: z.string(),
  /** The service that it selects some of the instances of, as "payments-v1" does of "payments": its requests are counted there. */
  partOf: z.string().optional(),
  health: Health,
  /** Since when it has been unwell without a pause; only while it is. */
  since: z.iso.datetime().optional(),
  /** Inbound signals. */
  signals: Signals,
  versions: z.array(z.strictObject({ version: z.string(), share: z.number(), proxies: z.int() })),
  proxies: z.int(),
  /** At most a few words each: "fault", "split", "deny", "rollout". */
  badges: z.array(
    z.strictObject({
      kind: z.enum(['fault', 'split', 'authz', 'rollout', 'ejected', 'unacked']),
      text: z.string(),
      object: z.string().optional(),
    }),
  ),
})
export type GraphNode = z.infer<typeof GraphNode>

export const GraphEdge = z.strictObject({
  /** "<source>><target>" */
  id: z.string(),
  source: z.string(),
  target: z.string(),
  protocol: z.enum(['http', 'grpc', 'tcp']),
  health: Health,
  /** Since when it has been unwell without a pause; only while it is. */
  since: z.iso.datetime().optional(),
  /** The p95 that it had in the hour before; undefined while too little is known of it, and then it is not judged by it. */
  baselineP95Ms: z.number().optional(),
  signals: Signals,
  /** Errors by response flag, largest first. */
  flags: z.array(z.strictObject({ flag: z.string(), share: z.number() })),
  revisions: z.array(z.int()),
  /** Share of requests over mTLS, 0 to 1; undefined: not measured. */
  mtlsShare: z.number().optional(),
})
export type GraphEdge = z.infer<typeof GraphEdge>

/** GET /graph?ns&from&to and live topic `graph`. */
export const Graph = z.strictObject({
  at: z.iso.datetime(),
  windowSeconds: z.number(),
  revision: z.int(),
  nodes: z.array(GraphNode),
  edges: z.array(GraphEdge),
  /** Why it is empty, checked: each with a sentence. */
  checks: z.array(z.strictObject({ name: z.string(), isOk: z.boolean(), text: z.string() })),
  /** What is left out of it, in a sentence; absent while it is whole. */
  incomplete: z.string().optional(),
  staleSince: z.iso.datetime().optional(),
})
export type Graph = z.infer<typeof Graph>

/** Live delta: only what changed; `removed` holds node and edge ids. */
export const GraphDelta = z.strictObject({
  at: z.iso.datetime(),
  revision: z.int(),
  nodes: z.array(GraphNode),
  edges: z.array(GraphEdge),
  removed: z.array(z.string()),
  incomplete: Graph.shape.incomplete,
})
export type GraphDelta = z.infer<typeof GraphDelta>

/** GET/PUT /layouts/:scope — stored node positions, shared by everybody; nothing moves by itself. */
export const Layout = z.strictObject({
  positions: z.record(z.string().max(200), z.strictObject({ x: z.number(), y: z.number() })),
})
export type Layout = z.infer<typeof Layout>
