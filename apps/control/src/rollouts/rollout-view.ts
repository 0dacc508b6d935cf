import type { Capabilities } from '@heddle/shared/api/capability'
import type { ProxyAck, RolloutDetail, RolloutSummary, StageStatus } from '@heddle/shared/api/rollouts'
import { isTakenBack } from '@heddle/shared/api/state-words'
import { hasRole, type Person } from '../access/person.ts'
import { isConnected, type KnownProxy, shownNack } from '../proxies/known-proxy.ts'
import type { ActiveRollout } from './active-rollout.ts'
import { advanceRollout, ImpossibleStep } from './advance-rollout.ts'
import { assignedRevision } from './assigned-revision.ts'
import { eventOf, orders, roleFor } from './order-step.ts'
import { isFinished, stagesPushed } from './rollout.ts'

/** An acknowledgement that takes longer than this is worth a look. */
const staleAfterMs = 10_000

export type RolloutFactsView = {
  readonly rollout: ActiveRollout
  readonly head: number
  readonly find: (proxyId: string) => KnownProxy | undefined
  readonly now: number
}

export function rolloutSummary(view: RolloutFactsView): RolloutSummary {
  const { rollout: active } = view
  const { rollout, plan } = active
  const acks = ackBoard(view)
  return {
    id: active.id,
    changeId: active.changeId,
    revision: active.revision,
    previousRevision: active.previousRevision,
    state: rollout.state,
    ...(rollout.reason === undefined ? {} : { reason: rollout.reason }),
    ...(rollout.reasonText === undefined ? {} : { reasonText: rollout.reasonText }),
    stageIndex: rollout.stageIndex,
    stages: plan.stages.map((stage, index): StageStatus => {
      const { phase, startedAt, ackedAt, soakEndsAt, finishedAt, verdict } = rollout.stages[index] ?? {
        phase: 'pending',
      }
      const inStage = acks.filter((ack) => ack.state !== 'unaffected' && ack.stageIndex <= index)
      return {
        stage,
        phase,
        proxies: inStage.length,
        acked: inStage.filter(({ state }) => state === 'acked' || state === 'taken-back').length,
        nacked: inStage.filter(({ state }) => state === 'rejected').length,
        ...timeOf('startedAt', startedAt),
        ...timeOf('ackedAt', ackedAt),
        ...timeOf('soakEndsAt', soakEndsAt),
        ...timeOf('finishedAt', finishedAt),
        ...(verdict === undefined ? {} : { verdict }),
      }
    }),
    startedAt: (active.startedAt ?? active.createdAt).toISOString(),
    ...(active.finishedAt === undefined ? {} : { finishedAt: active.finishedAt.toISOString() }),
  }
}

export function rolloutDetail(view: RolloutFactsView, person: Person): RolloutDetail {
  return {
    summary: rolloutSummary(view),
    proxies: ackBoard(view),
    capabilities: capabilitiesOf(view, person),
  }
}

/** Where each proxy stands. Of a rollout that is over, as it ended: proxies have moved on since. */
export function ackBoard({ rollout: active, head, find, now }: RolloutFactsView): ProxyAck[] {
  const { rollout, assignments } = active
  const pushed = stagesPushed(rollout)
  return [...assignments.values()].map((assignment): ProxyAck => {
    const { proxyId, namespace, service, stageIndex } = assignment
    const base = { proxyId, service, namespace, stageIndex }
    if (!assignment.isAffected) return { ...base, state: 'unaffected' }
    const goesBack = isTakenBack(rollout.state)
    if (stageIndex >= pushed) return { ...base, state: goesBack ? 'not-reached' : 'queued' }
    const done = goesBack ? 'taken-back' : 'acked'
    if (isFinished(rollout)) return { ...base, state: done }
    const live = liveState(assignedRevision(head, active, proxyId), find(proxyId), now)
    return { ...base, ...live, ...(live.state === 'acked' ? { state: done } : {}) }
  })
}

function liveState(
  wanted: number,
  known: KnownProxy | undefined,
  now: number,
): Pick<ProxyAck, 'state' | 'sentAt' | 'ackedAt' | 'nack'> {
  if (known === undefined || !isConnected(known)) return { state: 'disconnected' }
  const times = [...known.types.values()]
  const sent = Math.max(0, ...times.map(({ sentAt }) => sentAt?.getTime() ?? 0))
  const acked = Math.max(0, ...times.map(({ ackedAt }) => ackedAt?.getTime() ?? 0))
  const at = {
    ...(sent > 0 ? { sentAt: new Date(sent).toISOString() } : {}),
    ...(acked > 0 ? { ackedAt: new Date(acked).toISOString() } : {}),
  }
  if (known.nack !== undefined && known.nack.revision === wanted) {
    return { state: 'rejected', ...at, nack: shownNack(known.nack) }
  }
  if (known.acked !== undefined && known.acked >= wanted) return { state: 'acked', ...at }
  return { state: sent > 0 && now - sent > staleAfterMs ? 'stale' : 'sent', ...at }
}

/** Asked of the rules themselves, so that a button never promises what they refuse. */
function capabilitiesOf({ rollout: { rollout, plan }, now }: RolloutFactsView, person: Person): Capabilities {
  const can: string[] = []
  const cannot: Capabilities['cannot'] = {}
  for (const order of orders) {
    const impossible = whyImpossible(() => advanceRollout(rollout, { type: eventOf[order], at: now, text: '' }, plan))
    if (impossible !== undefined) cannot[order] = { reason: 'state', message: impossible }
    else if (!hasRole(person, roleFor[order])) {
      cannot[order] = { reason: 'role', message: `this needs the role ${roleFor[order]}`, who: [roleFor[order]] }
    } else can.push(order)
  }
  return { can, cannot }
}

function whyImpossible(attempt: () => unknown): string | undefined {
  try {
    attempt()
    return undefined
  } catch (error) {
    if (error instanceof ImpossibleStep) return error.message
    throw error
  }
}

function timeOf<Name extends string>(name: Name, at: number | undefined): Partial<Record<Name, string>> {
  return at === undefined ? {} : ({ [name]: new Date(at).toISOString() } as Record<Name, string>) // one key, by name
}
