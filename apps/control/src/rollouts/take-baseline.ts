import type { ActiveRollout, Assignment } from './active-rollout.ts'
import { advanceRollout } from './advance-rollout.ts'
import { beforeAtLeastMs, type EvidenceSources } from './gather-facts.ts'
import type { RolloutEvent } from './rollout-event.ts'
import { serviceGroups } from './service-groups.ts'
import { edgeKey } from './stage-baseline.ts'
import { destinationsOf } from './touched-services.ts'

type Pushed = Extract<RolloutEvent, { type: 'pushed' }>

/**
 * A push with what the proxies that it brings the revision to saw until now, over as long a time as they will be watched.
 * Without it when nobody had reported anything: nothing heard is not the same as nothing failed. Pure, apart from asking
 * the telemetry.
 */
export function takeBaseline(
  pushed: Pushed,
  active: ActiveRollout,
  /** Those that are written with this push. */
  assignments: readonly Assignment[],
  { known, signals, touched }: EvidenceSources,
): Pushed {
  const { at } = pushed
  if (signals === undefined || signals.knownSince > at) return pushed
  const { plan, revision, rollout } = active
  const reached: ActiveRollout = {
    ...active,
    assignments: new Map([...active.assignments, ...assignments.map((each) => [each.proxyId, each] as const)]),
    rollout: advanceRollout(rollout, pushed, plan),
  }
  const soakMs = (plan.stages[rollout.stageIndex]?.soakSeconds ?? 0) * 1000
  const before = { since: at - Math.max(soakMs, beforeAtLeastMs), until: at }
  const services = [...serviceGroups(reached, known)].map(
    ([service, { inStage }]) => [service, signals.window({ proxyIds: inStage, ...before })] as const,
  )
  const edges = signals
    .edges({ destinations: destinationsOf(touched), revision, since: at, until: at, before })
    .filter((edge) => edge.before.requests > 0)
    .map((edge) => [edgeKey(edge), edge.before] as const)
  return {
    ...pushed,
    before: { ...before, services: Object.fromEntries(services), edges: Object.fromEntries(edges) },
  }
}
