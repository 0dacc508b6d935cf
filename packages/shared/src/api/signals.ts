import { z } from 'zod'
import { GraphEdge, Health, Signals } from './graph.ts'
import { Instant } from './instant.ts'
import { ProxyState } from './proxies.ts'

export const RangeQuery = z.strictObject({
  from: Instant.default('now-15m'),
  to: Instant.default('now'),
  /** Bucket width in seconds; the server picks one that gives at most 300 buckets when absent. */
  step: z.coerce.number().int().min(1).max(86_400).optional(),
})
export type RangeQuery = z.infer<typeof RangeQuery>

/** Buckets are aligned to the wall clock. A `null` is a gap: nothing was measured, which is not zero. */
export const Series = z.strictObject({
  name: z.string(),
  unit: z.enum(['ms', 'rps', 'share', 'count']),
  values: z.array(z.number().nullable()),
})
export type Series = z.infer<typeof Series>

export const ChangeMarker = z.strictObject({
  at: z.iso.datetime(),
  kind: z.enum(['stage', 'rollback', 'complete', 'fault-expired']),
  revision: z.int(),
  changeId: z.string().optional(),
  text: z.string(),
})
export type ChangeMarker = z.infer<typeof ChangeMarker>

/** GET /signals/services/:namespace/:name and live topic `service`. */
export const ServiceSignals = z.strictObject({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  stepSeconds: z.number(),
  /** Epoch seconds of each bucket's start. */
  at: z.array(z.number()),
  /** p50, p95, p99 in ms. */
  latency: z.array(Series),
  /** One per version, in requests per second. */
  traffic: z.array(Series),
  /** Error share, denied share, injected share. */
  errors: z.array(Series),
  /** In-flight requests, connections, pending, as share of their limits where one is known. */
  saturation: z.array(Series),
  samples: z.array(z.number()),
  markers: z.array(ChangeMarker),
  reporter: z.enum(['source', 'destination']),
})
export type ServiceSignals = z.infer<typeof ServiceSignals>

export const ServiceSummary = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  health: Health,
  since: z.iso.datetime().optional(),
  signals: Signals,
  proxies: z.int(),
  versions: z.array(z.string()),
  partOf: z.string().optional(),
})
export type ServiceSummary = z.infer<typeof ServiceSummary>

/** Judged by its errors, and by its latency against that of the others. */
const InstanceSignals = z.strictObject({ health: Health, signals: Signals })
export type InstanceSignals = z.infer<typeof InstanceSignals>

/** What each version and each instance of a service did lately, as its own proxy saw it. */
const ServiceInstances = z.strictObject({
  windowSeconds: z.number(),
  versions: z.array(InstanceSignals.extend({ version: z.string() })),
  instances: z.array(InstanceSignals.extend({ proxyId: z.string(), version: z.string(), state: ProxyState })),
})
export type ServiceInstances = z.infer<typeof ServiceInstances>

/** GET /services/:namespace/:name */
export const ServiceDetail = z.strictObject({
  summary: ServiceSummary,
  callers: z.array(GraphEdge),
  dependencies: z.array(GraphEdge),
  instances: ServiceInstances,
  policies: z.array(z.strictObject({ kind: z.string(), namespace: z.string(), name: z.string(), effect: z.string() })),
  /** Each effective value with where it comes from. */
  effective: z.array(
    z.strictObject({
      /** "route / rule 0 timeout" */
      setting: z.string(),
      value: z.string(),
      /** "mesh default" or "<Kind>/<ns>/<name>" */
      origin: z.string(),
      revision: z.int().optional(),
    }),
  ),
  lastChange: ChangeMarker.optional(),
})
export type ServiceDetail = z.infer<typeof ServiceDetail>
