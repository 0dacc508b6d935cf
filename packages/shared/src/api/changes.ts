import { z } from 'zod'
import { Capabilities } from './capability.ts'
import { ObjectDocument, PolicyKind } from './objects.ts'
import { Finding } from './problem.ts'
import { RolloutPlan, RolloutSummary } from './rollouts.ts'

export const ChangeState = z.enum([
  'draft',
  'in_review',
  'approved',
  'rolling',
  'complete',
  'rejected',
  'withdrawn',
  'expired',
  'superseded',
  'aborted',
  'rolled_back',
])
export type ChangeState = z.infer<typeof ChangeState>

/** A revision, as the database numbers them. */
const Base = z.int().min(0).max(2_147_483_647)

/** One edit: the whole new object, or its removal. `yaml` keeps the author's comments; when given it is what `object` is parsed from. */
export const Edit = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('put'),
    object: ObjectDocument.optional(),
    yaml: z
      .string()
      .max(128 * 1024)
      .optional(),
  }),
  z.strictObject({
    op: z.literal('delete'),
    kind: PolicyKind,
    namespace: z.string().max(63),
    name: z.string().max(253),
  }),
])
export type Edit = z.infer<typeof Edit>

/** POST /api/v1/changes. `submit: false` keeps a draft; the default asks for review at once. */
export const SubmitChange = z.strictObject({
  title: z.string().min(3).max(200),
  reason: z.string().min(3).max(4000),
  link: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  /** The revision it was made from. 409 `base_moved` when a later revision touched the same objects. */
  basedOn: Base,
  edits: z.array(Edit).min(1).max(100),
  plan: RolloutPlan.optional(),
  submit: z.boolean().default(true),
})
export type SubmitChange = z.infer<typeof SubmitChange>

/** PATCH /api/v1/changes/:id with If-Match. Any edit voids approvals. */
export const EditChange = z.strictObject({
  title: z.string().min(3).max(200).optional(),
  reason: z.string().min(3).max(4000).optional(),
  basedOn: Base.optional(),
  edits: z.array(Edit).min(1).max(100).optional(),
  plan: RolloutPlan.optional(),
})
export type EditChange = z.infer<typeof EditChange>

export const Approval = z.strictObject({
  id: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
  verdict: z.enum(['approved', 'rejected']),
  comment: z.string().optional(),
  contentHash: z.string(),
  /** Set when a later edit or rebase voided it. */
  voidedAt: z.iso.datetime().optional(),
  voidedBecause: z.string().optional(),
})
export type Approval = z.infer<typeof Approval>

/** POST /changes/:id/approve and /reject. The hash is what the approver looked at. */
export const GiveVerdict = z.strictObject({
  contentHash: z.string().length(64),
  comment: z.string().max(4000).optional(),
})
export type GiveVerdict = z.infer<typeof GiveVerdict>

export const Comment = z.strictObject({
  id: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
  text: z.string().min(1).max(4000),
})
export type Comment = z.infer<typeof Comment>

/** POST /changes/:id/comments */
export const CommentOnChange = z.strictObject({ text: Comment.shape.text })

export const ObjectDiff = z.strictObject({
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  action: z.enum(['created', 'updated', 'deleted']),
  before: z.string().meta({ description: 'YAML; empty when created' }),
  after: z.string().meta({ description: 'YAML; empty when deleted' }),
  /** The difference in sentences: "timeout of rule 1: 2 s → 500 ms". */
  sentences: z.array(z.string()),
})
export type ObjectDiff = z.infer<typeof ObjectDiff>

export const ChangeSummary = z.strictObject({
  /** A short number people say: "#12". */
  number: z.int(),
  id: z.string(),
  title: z.string(),
  state: ChangeState,
  author: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  basedOn: z.int(),
  /** The revision it became. */
  revision: z.int().optional(),
  objects: z.array(z.string()),
  approvals: z.int(),
  approvalsNeeded: z.int(),
  /** Computed when the change is submitted, edited or rebased; a high one needs two approvals. */
  risk: z.enum(['low', 'medium', 'high']),
  rollout: RolloutSummary.optional(),
  /** Set for a restore or a rollback. */
  restores: z.int().optional(),
})
export type ChangeSummary = z.infer<typeof ChangeSummary>

/** Answers carry `etag: "<version>"`. */
export const ChangeDetail = z.strictObject({
  summary: ChangeSummary,
  version: z.int(),
  reason: z.string(),
  link: z.string().optional(),
  contentHash: z.string(),
  edits: z.array(Edit),
  diff: z.array(ObjectDiff),
  findings: z.array(Finding),
  /** Why the risk is what it is, and with which other changes it was judged. */
  riskReasons: z.array(z.string()),
  approvals: z.array(Approval),
  comments: z.array(Comment),
  plan: RolloutPlan,
  capabilities: Capabilities,
  /** Everything that happened, oldest first. */
  timeline: z.array(z.strictObject({ at: z.iso.datetime(), actor: z.string(), action: z.string(), text: z.string() })),
})
export type ChangeDetail = z.infer<typeof ChangeDetail>

/** POST /api/v1/validate: nothing is stored. */
export const ValidateEdits = z.strictObject({
  basedOn: Base.optional(),
  edits: z.array(Edit).min(1).max(100),
})
export type ValidateEdits = z.infer<typeof ValidateEdits>

export const ValidationResult = z.strictObject({
  findings: z.array(Finding),
  diff: z.array(ObjectDiff),
  /** Proxies whose configuration would change. */
  affectedProxies: z.array(z.string()),
})
export type ValidationResult = z.infer<typeof ValidationResult>

/** GET /revisions/:a/diff/:b */
export const RevisionDiff = z.strictObject({ from: z.int(), to: z.int(), objects: z.array(ObjectDiff) })
export type RevisionDiff = z.infer<typeof RevisionDiff>

/** POST /revisions/:n/restore: makes a change with the content of revision n. */
export const RestoreRevision = z.strictObject({ reason: z.string().min(3).max(4000) })
export type RestoreRevision = z.infer<typeof RestoreRevision>
