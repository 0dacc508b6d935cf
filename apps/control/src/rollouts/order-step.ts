import { hasRole, type Person } from '../access/person.ts'
import { ChangeRefused } from '../revisions/change-refused.ts'
import { lockHead } from '../store/lock-head.ts'
import type { Store } from '../store/open-store.ts'
import { recordAudit } from '../store/record-audit.ts'
import type { RolloutEvent } from './rollout-event.ts'
import { takeStep } from './take-step.ts'

/** What a person may order. */
export const orders = ['pause', 'resume', 'promote', 'abort', 'rollback'] as const
export type Order = (typeof orders)[number]

export const eventOf = {
  pause: 'paused',
  resume: 'resumed',
  promote: 'promoted',
  abort: 'aborted',
  rollback: 'rolled-back',
} as const satisfies Record<Order, RolloutEvent['type']>

/** Stopping is easier than going on: who may propose may stop, who may approve may let it continue. */
export const roleFor = {
  pause: 'editor',
  resume: 'approver',
  promote: 'approver',
  abort: 'editor',
  rollback: 'editor',
} as const satisfies Record<Order, Person['role']>

/** Throws `ChangeRefused` when the person may not, or the rollout is not in a state for it. */
export async function orderStep(
  store: Store,
  person: Person,
  rolloutId: string,
  order: Order,
  reason: string,
): Promise<void> {
  const denied = await store.transaction(async (tx) => {
    const head = await lockHead(tx)
    if (!hasRole(person, roleFor[order])) {
      const row = await tx.rollout.findUnique({ where: { id: rolloutId }, select: { changeId: true } })
      await recordAudit(tx, {
        actor: person.username,
        action: `rollout.${order}-refused`,
        subject: `change:${row?.changeId ?? rolloutId}`,
        outcome: 'denied',
      })
      return new ChangeRefused('forbidden', `this needs the role ${roleFor[order]}`)
    }
    const event: RolloutEvent = { type: eventOf[order], at: Date.now(), text: textOf(person, reason) }
    await takeStep(tx, head, { rolloutId, before: undefined, event, actor: person.username })
    return undefined
  })
  if (denied !== undefined) throw denied
}

/** Read behind what was done: "paused, by avery: too many errors". */
function textOf({ username }: Person, reason: string): string {
  return reason === '' ? `by ${username}` : `by ${username}: ${reason}`
}
