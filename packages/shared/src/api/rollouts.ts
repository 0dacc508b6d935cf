import { z } from 'zod'
import { Capabilities } from './capability.ts'

/** A stage covers a share of the proxies, or so many per service. Stages are nested: who is in one is in all later ones. */
export const Stage = z.strictObject({
  name: z.string().min(1).max(40),
  target: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('per-service'), proxies: z.int().min(1).max(1000) }),
    z.strictObject({ kind: z.literal('percent'), percent: z.number().gt(0).max(100) }),
  ]),
  soakSeconds: z.int().min(0).max(86_400),
})
export type Stage = z.infer<typeof Stage>

/** The last stage must be 100 %. Defaults: canary 1 per service, 25 %, 100 %. */
export const RolloutPlan = z.strictObject({
  stages: z.array(Stage).min(1).max(10),
  gate: z.strictObject({
    /** Requests that the proxies of the stage must have seen before a judgement; below it the stage is held. */
    requestsMin: z.int().min(0).max(1_000_000),
    /** Fails when the stage's error share exceeds the others' by more than this many percentage points, with significance. */
    errorShareIncreaseMaxPoints: z.number().min(0).max(100),
    /** Undefined: latency is not judged. Ratio of p99 to the others'. */
    p99RatioMax: z.number().min(1).max(100).optional(),
    ackTimeoutSeconds: z.int().min(1).max(3600),
  }),
  /** Roll back by itself on a NACK or a failed judgement; otherwise pause and ask. */
  autoRollback: z.boolean(),
})
export type RolloutPlan = z.infer<typeof RolloutPlan>

/** `waiting`: approved, another rollout is running. */
export const RolloutState = z.enum([
  'waiting',
  'rolling',
  'paused',
  'complete',
  'rolling_back',
  'rolled_back',
  'aborted',
])
export type RolloutState = z.infer<typeof RolloutState>

export const StagePhase = z.enum(['pending', 'pushed', 'acked', 'soaking', 'judged'])
export type StagePhase = z.infer<typeof StagePhase>

export const Verdict = z.strictObject({
  result: z.enum(['pass', 'fail', 'inconclusive']),
  /** One sentence with the measured value and the threshold. */
  text: z.string(),
  metrics: z.array(
    z.strictObject({
      name: z.enum(['acks', 'error-share', 'p99-ms', 'requests']),
      /** Of the proxies in the stage. */
      stage: z.number().optional(),
      /** Of the proxies not in it, over the same time; or of the time before, then `comparedWith` says so. */
      others: z.number().optional(),
      threshold: z.number().optional(),
      result: z.enum(['pass', 'fail', 'inconclusive']),
    }),
  ),
  comparedWith: z.enum(['other-proxies', 'before', 'nothing']),
  /** It passed on requests that the change is not about: none of those that it is about was seen, of some services at least. */
  isUnseen: z.literal(true).optional(),
})
export type Verdict = z.infer<typeof Verdict>

export const StageStatus = z.strictObject({
  stage: Stage,
  phase: StagePhase,
  proxies: z.int(),
  acked: z.int(),
  nacked: z.int(),
  startedAt: z.iso.datetime().optional(),
  ackedAt: z.iso.datetime().optional(),
  soakEndsAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
  verdict: Verdict.optional(),
})
export type StageStatus = z.infer<typeof StageStatus>

export const RolloutSummary = z.strictObject({
  id: z.string(),
  changeId: z.string(),
  revision: z.int(),
  previousRevision: z.int(),
  state: RolloutState,
  /** Why it is in this state: `operator`, `nack`, `judgement`, `too-little-traffic`, `ack-timeout`. */
  reason: z.string().optional(),
  reasonText: z.string().optional(),
  stageIndex: z.int(),
  stages: z.array(StageStatus),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
})
export type RolloutSummary = z.infer<typeof RolloutSummary>

/** One proxy on the acknowledgement board. */
export const ProxyAck = z.strictObject({
  proxyId: z.string(),
  service: z.string(),
  namespace: z.string(),
  /** Index of the first stage it belongs to. */
  stageIndex: z.int(),
  /** Of a rollout that goes back, or is back, `taken-back` and `not-reached` stand in the place of `acked` and `queued`. */
  state: z.enum([
    'queued',
    'sent',
    'acked',
    'stale',
    'rejected',
    'disconnected',
    'taken-back',
    'not-reached',
    'unaffected',
  ]),
  sentAt: z.iso.datetime().optional(),
  ackedAt: z.iso.datetime().optional(),
  nack: z
    .strictObject({ typeUrl: z.string(), resource: z.string().optional(), detail: z.string(), at: z.iso.datetime() })
    .optional(),
})
export type ProxyAck = z.infer<typeof ProxyAck>

export const RolloutDetail = z.strictObject({
  summary: RolloutSummary,
  proxies: z.array(ProxyAck),
  capabilities: Capabilities,
})
export type RolloutDetail = z.infer<typeof RolloutDetail>

/** POST /rollouts/:id/{pause,resume,promote,abort,rollback}. Promote skips the rest of the soak and its gate. */
export const RolloutAction = z.strictObject({ reason: z.string().max(4000).default('') })
export type RolloutAction = z.infer<typeof RolloutAction>
