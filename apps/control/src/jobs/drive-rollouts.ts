import { randomUUID } from 'node:crypto'
import type { ActiveState } from '../active/active-state.ts'
import type { ProxyRegistry } from '../proxies/proxy-registry.ts'
import type { ActiveRollout } from '../rollouts/active-rollout.ts'
import { assignProxies } from '../rollouts/assign-proxies.ts'
import { type EvidenceSources, gatherFacts } from '../rollouts/gather-facts.ts'
import { observeRollout } from '../rollouts/observe-rollout.ts'
import type { RolloutEvent } from '../rollouts/rollout-event.ts'
import type { StageSignals } from '../rollouts/stage-signals.ts'
import { startWaiting } from '../rollouts/start-waiting.ts'
import { takeBaseline } from '../rollouts/take-baseline.ts'
import { takeStep } from '../rollouts/take-step.ts'
import { touchedServices } from '../rollouts/touched-services.ts'
import { assertLease, giveLeaseBack, LeaseLost, takeLease } from '../store/lease.ts'
import { lockHead } from '../store/lock-head.ts'
import type { Store } from '../store/open-store.ts'

export type DriveRolloutsOptions = {
  readonly store: Store
  readonly state: ActiveState
  readonly proxies: ProxyRegistry
  /** Undefined while nothing was ever reported, to whichever replica. */
  readonly signals: () => Promise<StageSignals | undefined>
}

export type RolloutDriver = AsyncDisposable & {
  /** Something happened that a rollout may have waited for. */
  wake(): void
}

const leaseName = 'rollouts'
/** Soak times run out and judgements change without anybody saying so. */
const tickMs = 250
/** The lease is good for five seconds. */
const renewMs = 1500
/** Steps that follow from each other at once; more in one turn would be a fault of ours. */
const stepsMax = 50

/** Drives rollouts forward: one replica at a time, one step per transaction, each decided by the pure rules. */
export function driveRollouts({ store, state, proxies, signals }: DriveRolloutsOptions): RolloutDriver {
  const holder = randomUUID()
  let epoch: number | undefined
  let renewedAt = 0
  let isStopped = false
  let isAsked = false
  let running: Promise<void> | undefined
  let mayWait = true

  const hasLease = async (): Promise<boolean> => {
    if (epoch !== undefined && Date.now() - renewedAt < renewMs) return true
    const at = Date.now()
    epoch = await takeLease(store, leaseName, holder)
    renewedAt = at
    return epoch !== undefined
  }

  const step = async (): Promise<boolean> => {
    const active = state.rollout()
    if (active === undefined) {
      if (!mayWait) return false
      const hasStarted = await store.transaction(async (tx) => {
        const head = await lockHead(tx)
        await assertLease(tx, leaseName, epoch ?? -1)
        return startWaiting(tx, head)
      })
      mayWait = hasStarted
      return hasStarted
    }
    const [before, after] = [state.previousMesh(), state.mesh()]
    const sources = { known: proxies.all(), signals: await signals(), touched: touchedServices(before, after) }
    const event = observeRollout(active.rollout, active.plan, gatherFacts(after.revision, active, sources, Date.now()))
    return event !== undefined && (await take(active, event, sources))
  }

  const take = async (active: ActiveRollout, observed: RolloutEvent, sources: EvidenceSources): Promise<boolean> => {
    const isFirstPush = observed.type === 'pushed' && active.rollout.stageIndex === 0
    const assignments = isFirstPush
      ? assignProxies(active, state.previousMesh(), state.mesh(), proxies.descriptions())
      : []
    const event = observed.type === 'pushed' ? takeBaseline(observed, active, assignments, sources) : observed
    return store.transaction(async (tx) => {
      const head = await lockHead(tx)
      // A leader that slept through the end of its epoch decided on what may no longer be.
      await assertLease(tx, leaseName, epoch ?? -1)
      return takeStep(tx, head, { rolloutId: active.id, before: active.rollout, event, actor: 'heddle', assignments })
    })
  }

  const run = async () => {
    for (let steps = 0; isAsked && !isStopped && steps < stepsMax; steps++) {
      isAsked = false
      if (!(await hasLease())) return
      const hasStepped = await step()
      if (!hasStepped) continue
      mayWait = true
      isAsked = true
      await state.refresh()
    }
  }
  const wake = () => {
    isAsked = true
    if (isStopped) return
    running ??= run()
      .catch((error: unknown) => {
        if (error instanceof LeaseLost) epoch = undefined
        // Anything else is the database being away, which is shown elsewhere; the next tick tries again.
      })
      .finally(() => {
        running = undefined
      })
  }
  const timer = setInterval(wake, tickMs)
  store.onCommit(() => {
    mayWait = true
    wake()
  })
  return {
    wake,
    async [Symbol.asyncDispose]() {
      isStopped = true
      clearInterval(timer)
      await running
      if (epoch !== undefined) await giveLeaseBack(store, leaseName, holder).catch(() => undefined)
    },
  }
}
