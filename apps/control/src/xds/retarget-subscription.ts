import { diffSets } from './diff-sets.ts'
import type { EncodedResource, ResourceSet } from './resource-set.ts'
import { isWholeStateType } from './resource-type.ts'
import { covers, type Held, holdsNothing, isUnsure, type StreamMode, type Subscription } from './subscription.ts'

/** Notes what a new set means for one subscription. Nothing is sent here. */
export function retargetSubscription(
  subscription: Subscription,
  mode: StreamMode,
  before: ResourceSet,
  after: ResourceSet,
): void {
  if (subscription.phase === 'unasked' || before === after) return
  const diff = diffSets(before, after)

  let touched = 0

  for (const name of diff.changed) {
    if (!covers(subscription, name)) continue
    touched += 1
    const old = before.get(name)
    const held = subscription.pending.get(name) ?? (old === undefined ? holdsNothing : { kind: 'has', resource: old })
    // Changed and changed back before it was sent: the proxy has it already.
    if (held.kind === 'has' && held.resource.version === after.get(name)?.version) subscription.pending.delete(name)
    else subscription.pending.set(name, held)
  }

  for (const name of diff.removed) {
    if (!covers(subscription, name)) continue
    touched += 1
    const held = heldBeforeRemoval(subscription, name, before.get(name))
    // It came and went without having been sent.
    if (held.kind === 'nothing') subscription.pending.delete(name)
    else subscription.pending.set(name, held)
  }

  liftRejection(subscription, mode, after, touched > 0)

  // State of the world cannot say that endpoints or routes are gone; proxies let go of them with what named them.
  if (mode === 'sotw' && !isWholeStateType(subscription.type)) {
    for (const [name, held] of subscription.pending) {
      // Only an absence of endpoints can be said: see `absentInSotw`.
      if (!after.has(name) && !(held.kind === 'asked' && subscription.type === 'endpoint'))
        subscription.pending.delete(name)
    }
  }
}

function heldBeforeRemoval(subscription: Subscription, name: string, old: EncodedResource | undefined): Held {
  const pending = subscription.pending.get(name)
  if (pending === undefined) return old === undefined ? isUnsure : { kind: 'has', resource: old }
  if (pending.kind !== 'asked') return pending
  // Asked for by name: the answer is due now, for Envoy acknowledges no cluster before it knows of the endpoints.
  if (subscription.names.has(name)) return pending
  // Gone before the first answer. If it may hold an earlier one, this is a removal like any other and comes last.
  return subscription.hasContent || subscription.sent.has(name) ? isUnsure : holdsNothing
}

/**
 * Ends a refusal when the content has changed, and notes the whole refused response for sending.
 *
 * All of it: some proxies refuse a response whole, others take its good part, and none says which it did.
 */
function liftRejection(subscription: Subscription, mode: StreamMode, after: ResourceSet, anyChange: boolean): void {
  if (subscription.rejected.size === 0) return
  if (!isLifted(subscription, mode, after, anyChange)) return
  for (const [name, sent] of subscription.rejected) {
    if (!covers(subscription, name) || subscription.pending.get(name)?.kind === 'asked') continue
    subscription.pending.set(name, { kind: 'unsure', resource: sent.before })
  }
  subscription.rejected.clear()
}

function isLifted(subscription: Subscription, mode: StreamMode, after: ResourceSet, anyChange: boolean): boolean {
  // A state-of-the-world response is one piece: any change makes it another one.
  if (mode === 'sotw' && isWholeStateType(subscription.type)) return anyChange
  for (const [name, sent] of subscription.rejected) if (after.get(name)?.version !== sent.version) return true
  return false
}
