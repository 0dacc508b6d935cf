import type { Verdict } from '@heddle/shared/api/rollouts'
import { isConnected, type KnownProxy } from '../proxies/known-proxy.ts'
import type { ActiveRollout } from './active-rollout.ts'
import { assignedRevision, hasRevision } from './assigned-revision.ts'
import { judgeStage, type ServiceEvidence } from './judge-stage.ts'
import type { RolloutFacts } from './observe-rollout.ts'
import { serviceGroups } from './service-groups.ts'
import { edgeKey, fullerWindow } from './stage-baseline.ts'
import type { StageSignals } from './stage-signals.ts'
import { destinationsOf, type TouchedServices } from './touched-services.ts'

/** What a rollout is watched by. */
export type EvidenceSources = {
  readonly known: readonly KnownProxy[]
  /** Undefined: nothing is measured. */
  readonly signals: StageSignals | undefined
  /** What the rollout acts on. */
  readonly touched: TouchedServices
}

/** What the registry and the telemetry know of a rollout at one moment. */
export function gatherFacts(head: number, active: ActiveRollout, sources: EvidenceSources, now: number): RolloutFacts {
  const concerned = sources.known.filter(({ proxy }) => hasRevision(active, proxy.nodeId))
  return {
    now,
    proxies: concerned.map((each) => {
      const wanted = assignedRevision(head, active, each.proxy.nodeId)
      const isRefused = each.nack !== undefined && each.nack.revision === wanted
      return {
        proxyId: each.proxy.nodeId,
        // A later one is the new label of the same content.
        hasAcked: !isRefused && each.acked !== undefined && each.acked >= wanted,
        isConnected: isConnected(each),
        nack: isRefused ? each.nack?.detail : undefined,
        standingNack: isRefused ? undefined : each.nack?.detail,
      }
    }),
    bringsMore: [...active.assignments.values()].some(
      ({ isAffected, stageIndex }) => isAffected && stageIndex === active.rollout.stageIndex,
    ),
    judge: () => judge(active, sources, now),
  }
}

function judge(active: ActiveRollout, { known, signals, touched }: EvidenceSources, now: number): Verdict {
  if (signals === undefined) return notMeasured
  const stage = active.rollout.stages[active.rollout.stageIndex]
  const since = stage?.soakStartedAt ?? now
  const until = stage?.startedAt ?? since
  const kept = stage?.before
  // A stage that kept nothing: as long a time as it is watched, as far as memory goes back.
  const { since: from, until: to } = kept ?? { since: until - Math.max(now - since, beforeAtLeastMs), until }
  const before = { since: from, until: to }
  const evidence = [...serviceGroups(active, known)].map(
    ([service, { inStage, others }]): ServiceEvidence => ({
      stage: signals.window({ proxyIds: inStage, since, until: now }),
      others: others.size === 0 ? undefined : signals.window({ proxyIds: others, since, until: now }),
      before: fullerWindow(kept?.services[service], signals.window({ proxyIds: inStage, ...before })),
    }),
  )
  const { revision, plan } = active
  const edges = signals
    .edges({ destinations: destinationsOf(touched), revision, since, until: now, before })
    .map((edge) => ({ ...edge, before: fullerWindow(kept?.edges[edgeKey(edge)], edge.before) }))
  const isBeforeKnown = kept !== undefined || signals.knownSince <= until
  return judgeStage(plan.gate, evidence, { edges, touched, isBeforeKnown })
}

/** Long enough to have seen something when there is no soak. */
export const beforeAtLeastMs = 60_000

/** Said plainly: a rollout without telemetry rests on acknowledgements and time alone. */
const notMeasured: Verdict = {
  result: 'pass',
  text: 'no telemetry is received: judged by acknowledgements alone',
  metrics: [],
  comparedWith: 'nothing',
}
