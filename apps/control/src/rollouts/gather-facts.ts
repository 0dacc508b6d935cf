import type { Verdict } from '@heddle/shared/api/rollouts'
import { isConnected, type KnownProxy } from '../proxies/known-proxy.ts'
import type { ActiveRollout } from './active-rollout.ts'
import { assignedRevision, hasRevision } from './assigned-revision.ts'
import { judgeStage, type ServiceEvidence } from './judge-stage.ts'
import type { RolloutFacts } from './observe-rollout.ts'
import type { StageSignals } from './stage-signals.ts'
import type { TouchedServices } from './touched-services.ts'

/** What the registry and the telemetry know of a rollout at one moment. `signals` undefined: nothing is measured. */
export function gatherFacts(
  head: number,
  active: ActiveRollout,
  known: readonly KnownProxy[],
  signals: StageSignals | undefined,
  now: number,
  /** What the rollout acts on. */
  touched: TouchedServices,
): RolloutFacts {
  const concerned = known.filter(({ proxy }) => hasRevision(active, proxy.nodeId))
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
    judge: () => judge(active, known, signals, now, touched),
  }
}

function judge(
  active: ActiveRollout,
  known: readonly KnownProxy[],
  signals: StageSignals | undefined,
  now: number,
  touched: TouchedServices,
): Verdict {
  if (signals === undefined) return notMeasured
  const stage = active.rollout.stages[active.rollout.stageIndex]
  const since = stage?.soakStartedAt ?? now
  const until = stage?.startedAt ?? since
  // As long a time; at least long enough to have seen something when there is no soak.
  const before = { since: until - Math.max(now - since, beforeAtLeastMs), until }
  const evidence: ServiceEvidence[] = []
  for (const { inStage, others } of byService(active, known)) {
    if (inStage.size === 0) continue
    evidence.push({
      stage: signals.window({ proxyIds: inStage, since, until: now }),
      others: others.size === 0 ? undefined : signals.window({ proxyIds: others, since, until: now }),
      before: signals.window({ proxyIds: inStage, ...before }),
    })
  }
  const { revision, plan } = active
  const destinations = new Set([...touched.values()].flatMap((names) => [...names]))
  const edges = signals.edges({ destinations, revision, since, until: now, before })
  return judgeStage(plan.gate, evidence, { edges, touched, isBeforeKnown: signals.knownSince <= until })
}

const beforeAtLeastMs = 60_000

/** Said plainly: a rollout without telemetry rests on acknowledgements and time alone. */
const notMeasured: Verdict = {
  result: 'pass',
  text: 'no telemetry is received: judged by acknowledgements alone',
  metrics: [],
  comparedWith: 'nothing',
}

type Group = { readonly inStage: Set<string>; readonly others: Set<string> }

function byService(active: ActiveRollout, known: readonly KnownProxy[]): Iterable<Group> {
  const groups = new Map<string, Group>()
  for (const { proxy } of known) {
    const key = `${proxy.namespace}/${proxy.service}`
    const group = groups.get(key) ?? { inStage: new Set(), others: new Set() }
    groups.set(key, group)
    const side = hasRevision(active, proxy.nodeId) ? group.inStage : group.others
    side.add(proxy.nodeId)
  }
  return groups.values()
}
