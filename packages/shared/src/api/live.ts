import { z } from 'zod'

/**
 * The live WebSocket `/api/v1/live`, one per tab. JSON text messages.
 *
 * An id is "<epoch>-<seq>": `seq` grows by one per topic and parameters and outlives the socket; `epoch` changes when the
 * server loses its buffer. A client that sees a gap, or a heartbeat naming a later id, subscribes to that topic again
 * with its last id and gets the missing events, or `reset` and a fresh `snap`.
 */
export const LiveTopic = z.enum(['graph', 'service', 'changes', 'change', 'rollout', 'proxies', 'audit'])
export type LiveTopic = z.infer<typeof LiveTopic>

/** `params`: graph {ns?}, service {namespace,name}, change {id}, rollout {id}. */
export const LiveClientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), v: z.literal(1) }),
  z.strictObject({
    type: z.literal('sub'),
    sub: z.string().min(1).max(64),
    topic: LiveTopic,
    params: z.record(z.string().max(32), z.string().max(253)).default({}),
    lastEventId: z.string().max(64).optional(),
  }),
  z.strictObject({ type: z.literal('unsub'), sub: z.string().max(64) }),
  z.strictObject({ type: z.literal('pause') }),
  z.strictObject({ type: z.literal('resume') }),
])
export type LiveClientMessage = z.infer<typeof LiveClientMessage>

/** Data of `snap` and `ev`: graph → Graph / GraphDelta; service → ServiceSignals; changes → ChangeSummary[] / ChangeSummary;
 * change → ChangeDetail without capabilities is not sent: `ev` says {version}, the client re-reads; rollout → RolloutDetail;
 * proxies → ProxySummary[] / {changed: ProxySummary[], removed: string[]}; audit → AuditEntry[] / AuditEntry. */
export const LiveServerMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), v: z.literal(1), epoch: z.string() }),
  z.strictObject({ type: z.literal('snap'), sub: z.string(), id: z.string(), data: z.unknown() }),
  z.strictObject({ type: z.literal('ev'), sub: z.string(), id: z.string(), at: z.iso.datetime(), data: z.unknown() }),
  z.strictObject({ type: z.literal('reset'), sub: z.string(), reason: z.string() }),
  z.strictObject({
    type: z.literal('hb'),
    at: z.iso.datetime(),
    subs: z.record(z.string(), z.string()),
    /** Since when the database has not answered: what is sent comes from memory, and nothing can be written. */
    staleSince: z.iso.datetime().optional(),
  }),
  z.strictObject({ type: z.literal('err'), sub: z.string().optional(), code: z.string(), reason: z.string() }),
])
export type LiveServerMessage = z.infer<typeof LiveServerMessage>

/** Close codes of ours: the browser must sign in again; the person may not read this. */
export const LIVE_SIGN_IN_AGAIN = 4401
export const LIVE_FORBIDDEN = 4403
