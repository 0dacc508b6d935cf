import { z } from 'zod'
import { Edit } from './changes.ts'

/** POST /api/v1/simulate: what the edits would have done to the recorded requests of the window. */
export const SimulateEdits = z.strictObject({
  basedOn: z.int().min(0).max(2_147_483_647).optional(),
  edits: z.array(Edit).min(1).max(100),
  windowMinutes: z.int().min(1).max(60).default(60),
})
export type SimulateEdits = z.infer<typeof SimulateEdits>

/** Numbers are requests of the window, scaled up by the sampling ratio. */
export const EdgeEffect = z.strictObject({
  source: z.string(),
  target: z.string(),
  requests: z.number(),
  newlyDenied: z.number(),
  newlyAllowed: z.number(),
  /** Answered by another version or another service. */
  rerouted: z.number(),
  /** Requests of the edge by who would answer them, now and then; empty when nothing is rerouted. */
  places: z.array(z.strictObject({ name: z.string(), before: z.number(), after: z.number() })),
  /** Replayed in the order of the records: refused by a rate limit then and not now, and the other way round. */
  newlyLimited: z.number(),
  noLongerLimited: z.number(),
  /** Expected number: matching requests × percentage. */
  faulted: z.number(),
  delayed: z.number(),
  /** They took longer, when they were recorded, than they then might. */
  newlyTimedOut: z.number(),
  /** Timeout, retry or header settings differ. */
  otherwiseChanged: z.number(),
  unchanged: z.number(),
  cannotTell: z.number(),
  samples: z
    .array(
      z.strictObject({
        at: z.string(),
        method: z.string(),
        path: z.string(),
        before: z.string(),
        after: z.string(),
        rule: z.string(),
      }),
    )
    .max(10),
})
export type EdgeEffect = z.infer<typeof EdgeEffect>

export const SimulationResult = z.strictObject({
  /** "Would change 1 of 14 edges; 30 % of 2,410 requests would be answered 503." */
  sentence: z.string(),
  /** The time that was asked for. */
  windowMinutes: z.number(),
  /** From when on requests are known in it; absent without records. */
  since: z.iso.datetime().optional(),
  /** Requests that the records stand for. */
  requests: z.number(),
  /** Drawn from those of the whole time, so that rare requests are among them. */
  records: z.int(),
  edges: z.array(EdgeEffect),
  cannotTell: z.array(z.strictObject({ reason: z.string(), requests: z.number() })),
  /** What went through rate limits, one after the other: the newest records. Absent when there is no limit. */
  limits: z.strictObject({ records: z.int(), since: z.iso.datetime() }).optional(),
  /** Rules of the edited objects that no recorded request matches. */
  unusedRules: z.array(z.string()),
  affectedProxies: z.array(z.string()),
  risk: z.enum(['low', 'medium', 'high']),
  riskReasons: z.array(z.string()),
})
export type SimulationResult = z.infer<typeof SimulationResult>
