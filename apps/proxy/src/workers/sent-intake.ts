import { inSlices } from '../clock/time-slice.ts'
import { decodeAhead } from '../config/decode-ahead.ts'
import { decodeHeld, type Held, type HeldResources, kinds, noResources } from '../resources/held-resources.ts'
import type { SentChange } from './sent-change.ts'

/**
 * What a worker holds of what its leader sends. What stays the same stays the same object, so that a push touches what it changes:
 * in this worker as in the leader.
 */
export class SentIntake {
  private held: HeldResources = noResources
  /** Changes build on one another. */
  private turn: Promise<void> = Promise.resolve()
  private readonly apply: (held: HeldResources) => Promise<void>

  constructor(apply: (held: HeldResources) => Promise<void>) {
    this.apply = apply
  }

  /** Rejects when it cannot be put into force; it is held all the same, as what comes next builds on it. */
  take(change: SentChange): Promise<void> {
    const done = this.turn.then(() => this.takeNow(change))
    this.turn = done.catch(() => undefined)
    return done
  }

  private async takeNow(change: SentChange): Promise<void> {
    const before = this.held
    this.held = await inSlices(heldSteps(before, change))
    for (const kind of kinds) {
      const fresh = [...this.held[kind]].filter(([name, one]) => before[kind].get(name) !== one)
      await decodeAhead(
        kind,
        fresh.map(([, { message }]) => message),
      )
    }
    await this.apply(this.held)
  }
}

function* heldSteps(before: HeldResources, change: SentChange): Generator<undefined, HeldResources> {
  const { isWhole, changed, removed } = change
  const next = Object.fromEntries(kinds.map((kind) => [kind, new Map<string, Held>(isWhole ? [] : before[kind])]))
  for (const { kind, name } of removed) next[kind]?.delete(name)
  for (const { kind, name, version, bytes } of changed) {
    const known = before[kind].get(name)
    const isSame = known?.version === version && Buffer.compare(known.bytes, bytes) === 0
    next[kind]?.set(name, isSame ? known : decodeHeld(kind, version, bytes))
    yield
  }
  return next as unknown as HeldResources // the kind decides the message type
}
