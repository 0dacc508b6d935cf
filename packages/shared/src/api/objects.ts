import { z } from 'zod'
import { Capabilities } from './capability.ts'

/** The kinds that a change may edit; `Service` and `WorkloadEntry` belong to the catalog. */
export const PolicyKind = z.enum(['HTTPRoute', 'DestinationRule', 'FaultInjection', 'RateLimit', 'AuthorizationPolicy'])
export type PolicyKind = z.infer<typeof PolicyKind>

/** Objects travel as they are written, so the wire type is open; the server parses them strictly by kind. */
export const ObjectDocument = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
  spec: z.unknown().optional(),
})
export type ObjectDocument = z.infer<typeof ObjectDocument>

export const ObjectSummary = z.strictObject({
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  /** What it acts on: "Service shop/payments". */
  target: z.string(),
  /** The effect in one sentence. */
  effect: z.string(),
  /** Revision since which this content is active. */
  revision: z.int(),
  changedBy: z.string(),
  changedAt: z.iso.datetime(),
  /** Of a fault: when it ends by itself. */
  endsAt: z.iso.datetime().optional(),
  /**
   * Requests of the last hour that met it: that its route matched, that one of its rules matched, that it counted, or, for a
   * DestinationRule, that went to its service. Undefined when nobody counts them.
   */
  hitsLastHour: z.number().optional(),
  /** Since when they are counted, where that is less than an hour. */
  hitsSince: z.iso.datetime().optional(),
  /** Some of the proxies that it concerns do not count. */
  hitsAreAtLeast: z.boolean().optional(),
})
export type ObjectSummary = z.infer<typeof ObjectSummary>

export const ObjectDetail = z.strictObject({
  summary: ObjectSummary,
  object: ObjectDocument,
  /** As its author wrote it, comments kept. */
  yaml: z.string(),
  history: z.array(
    z.strictObject({
      revision: z.int(),
      changeId: z.string().optional(),
      title: z.string(),
      author: z.string(),
      at: z.iso.datetime(),
      action: z.enum(['created', 'updated', 'deleted']),
    }),
  ),
  capabilities: Capabilities,
})
export type ObjectDetail = z.infer<typeof ObjectDetail>
