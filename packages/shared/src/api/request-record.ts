import { z } from 'zod'
import { Instant } from './instant.ts'

/** One request as a proxy reported it. Never bodies, never credentials; headers only from an allow-list. */
export const RequestRecord = z.strictObject({
  at: z.iso.datetime(),
  reporter: z.enum(['source', 'destination']),
  proxyId: z.string(),
  source: z.strictObject({
    workload: z.string(),
    namespace: z.string(),
    service: z.string(),
    principal: z.string(),
    address: z.string(),
  }),
  destination: z.strictObject({
    workload: z.string(),
    namespace: z.string(),
    service: z.string(),
    address: z.string(),
    port: z.int(),
  }),
  method: z.string(),
  path: z.string(),
  query: z.string(),
  host: z.string(),
  headers: z.record(z.string(), z.string()),
  status: z.int(),
  flags: z.string(),
  details: z.string(),
  durationMs: z.number(),
  routeName: z.string(),
  /**
   * What decided on it: "FaultInjection/shop/slow", "RateLimit/shop/charges", or a rule of authorization as
   * "ns[shop]-policy[callers]-rule[0]"; "" for nothing that has a name. `decidingPolicy` reads it.
   */
  matchedPolicy: z.string(),
  cluster: z.string(),
  revision: z.int().optional(),
  traceId: z.string(),
  /** This record stands for 1 / sampleRatio requests. */
  sampleRatio: z.number(),
})
export type RequestRecord = z.infer<typeof RequestRecord>

/** GET /requests: the newest records, for "explain this request". Older ones follow by `until`. */
export const RequestQuery = z.strictObject({
  namespace: z.string().max(63).optional(),
  service: z.string().max(253).optional(),
  source: z.string().max(253).optional(),
  /** `limited`: refused by a rate limit; `injected`: delayed or answered by a fault. */
  only: z.enum(['errors', 'denied', 'limited', 'injected', 'all']).default('all'),
  /** "<Kind>/<namespace>/<name>": only those that this policy decided on. */
  policy: z.string().max(400).optional(),
  /** An `x-request-id` or a trace id: what callers and logs have of a request. */
  id: z.string().min(1).max(200).optional(),
  /** Requests of [since, until); `until` the time of the last one of an answer gives those before it. */
  since: Instant.optional(),
  until: Instant.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
export type RequestQuery = z.infer<typeof RequestQuery>
