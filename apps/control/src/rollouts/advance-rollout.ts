import type { RolloutPlan, RolloutState } from '@heddle/shared/api/rollouts'
import type { Rollout, RolloutReason, StageProgress } from './rollout.ts'
import type { RolloutEvent, RolloutEventType } from './rollout-event.ts'

/** The event cannot happen in this state: a person is told so; for an observation it is a fault of ours. */
export class ImpossibleStep extends Error {
  override readonly name = 'ImpossibleStep'
  readonly code = 'wrong_state'
}

/**
 * Every rule of a rollout. Pure: the caller stores the result and tells the proxies.
 *
 * A stage is passed only by acknowledgements and a passed judgement, or by a person's promotion; too little data holds.
 * A stage is never entered twice and never skipped.
 */
export function advanceRollout(rollout: Rollout, event: RolloutEvent, plan: RolloutPlan): Rollout {
  const step = steps[rollout.state][event.type] as Step // each cell takes its own column's event
  return step(rollout, event, plan)
}

type Step<Event extends RolloutEvent = RolloutEvent> = (rollout: Rollout, event: Event, plan: RolloutPlan) => Rollout
type Row = { readonly [Type in RolloutEventType]: Step<Extract<RolloutEvent, { type: Type }>> }

/** It cannot happen here. */
const impossible: Step = ({ state }, { type }) => {
  throw new ImpossibleStep(`the rollout is ${state.replace('_', ' ')}: it cannot be ${type.replace('-', ' ')}`)
}
/** It may come late and changes nothing. */
const ignored: Step = (rollout) => rollout

const never: Row = {
  started: impossible,
  'base-moved': impossible,
  pushed: impossible,
  acked: impossible,
  nacked: impossible,
  'ack-timed-out': impossible,
  judged: impossible,
  restored: impossible,
  paused: impossible,
  resumed: impossible,
  promoted: impossible,
  aborted: impossible,
  'rolled-back': impossible,
}

/** All states, each with what differs from "never". */
const steps: Readonly<Record<RolloutState, Row>> = {
  waiting: {
    ...never,
    started: (rollout) => ({ ...rollout, state: 'rolling' }),
    'base-moved': (rollout, { text }) => ({ ...rollout, state: 'aborted', reason: 'base-moved', reasonText: text }),
    // Nothing has reached a proxy: there is nothing to take back.
    aborted: (rollout, { text }) => ({ ...rollout, state: 'aborted', reason: 'operator', reasonText: text }),
  },
  rolling: {
    ...never,
    pushed: (rollout, { at, before }) =>
      inPhase(rollout, 'pending', { phase: 'pushed', startedAt: at, ...(before === undefined ? {} : { before }) }),
    acked: (rollout, { at }, plan) => {
      const soakMs = (plan.stages[rollout.stageIndex]?.soakSeconds ?? 0) * 1000
      const phase = soakMs > 0 ? 'soaking' : 'acked'
      return inPhase(rollout, 'pushed', { phase, ackedAt: at, soakStartedAt: at, soakEndsAt: at + soakMs })
    },
    nacked: (rollout, { text }, plan) => stop(rollout, plan, 'nack', text),
    'ack-timed-out': (rollout, { text }) => pause(rollout, 'ack-timeout', text),
    judged: (rollout, { at, verdict }, plan) => {
      if (!isAcked(rollout)) throw new ImpossibleStep('not all proxies of the stage have acknowledged it yet')
      if (verdict.result === 'pass') return pass(rollout, { at, verdict })
      const held = withStage(rollout, { verdict })
      if (verdict.result === 'fail') return stop(held, plan, 'judgement', verdict.text)
      return { ...held, reason: 'too-little-traffic', reasonText: verdict.text }
    },
    paused: (rollout, { text }) => pause(rollout, 'operator', text),
    promoted: (rollout, { at }) => {
      if (!isAcked(rollout)) throw new ImpossibleStep('not all proxies of the stage have acknowledged it yet')
      return pass(rollout, { at })
    },
    aborted: (rollout, { text }) => takeBack(rollout, 'aborted', 'operator', text),
    'rolled-back': (rollout, { text }) => takeBack(rollout, 'rolled_back', 'operator', text),
  },
  paused: {
    ...never,
    // What comes while it is paused is seen again when it is resumed.
    resumed: resume,
    promoted: (rollout, { at }) => {
      if (rollout.reason === 'nack') throw new ImpossibleStep('a proxy refused this revision: roll back, or resume')
      const { phase } = stageOf(rollout)
      // A proxy that does not answer must not hold the mesh for ever; who promotes has seen which one it is.
      const mayPass = isAcked(rollout) || (phase === 'pushed' && rollout.reason === 'ack-timeout')
      if (!mayPass) throw new ImpossibleStep('not all proxies of the stage have acknowledged it yet')
      return pass({ ...rollout, state: 'rolling' }, { at })
    },
    aborted: (rollout, { text }) => takeBack(rollout, 'aborted', 'operator', text),
    'rolled-back': (rollout, { text }) => takeBack(rollout, 'rolled_back', 'operator', text),
  },
  complete: {
    ...never,
    'rolled-back': (rollout, { text }) => takeBack(rollout, 'rolled_back', 'operator', text),
  },
  rolling_back: {
    ...never,
    restored: (rollout) => ({ ...rollout, state: rollout.endsAs ?? 'rolled_back' }),
    // Already under way: a second click is not an error.
    aborted: ignored,
    'rolled-back': ignored,
  },
  rolled_back: { ...never },
  aborted: { ...never },
}

function stageOf(rollout: Rollout): StageProgress {
  const stage = rollout.stages[rollout.stageIndex]
  if (stage === undefined) throw new Error(`a rollout has no stage ${rollout.stageIndex}`)
  return stage
}

function isAcked(rollout: Rollout): boolean {
  const { phase } = stageOf(rollout)
  return phase === 'acked' || phase === 'soaking'
}

function withStage(rollout: Rollout, change: Partial<StageProgress>): Rollout {
  const stages = rollout.stages.map((stage, index) => (index === rollout.stageIndex ? { ...stage, ...change } : stage))
  return { ...rollout, stages }
}

function inPhase(rollout: Rollout, phase: StageProgress['phase'], change: Partial<StageProgress>): Rollout {
  const stage = stageOf(rollout)
  if (stage.phase !== phase) throw new ImpossibleStep(`the stage is ${stage.phase}, not ${phase}`)
  return withStage(rollout, change)
}

function pause(rollout: Rollout, reason: RolloutReason, text: string): Rollout {
  return { ...rollout, state: 'paused', reason, reasonText: text }
}

function resume(rollout: Rollout, { at }: { readonly at: number }, plan: RolloutPlan): Rollout {
  const rolling: Rollout = { ...rollout, state: 'rolling', reason: undefined, reasonText: undefined }
  const { phase } = stageOf(rollout)
  // The proxies get their whole time again, to acknowledge or to be watched.
  if (phase === 'pushed') return withStage(rolling, { startedAt: at })
  if (!isAcked(rollout)) return rolling
  const soakMs = (plan.stages[rollout.stageIndex]?.soakSeconds ?? 0) * 1000
  const stages = rolling.stages.map((stage, index): StageProgress => {
    if (index !== rollout.stageIndex) return stage
    const { verdict: _dropped, ...rest } = stage
    return { ...rest, soakStartedAt: at, soakEndsAt: at + soakMs }
  })
  return { ...rolling, stages }
}

function pass(rollout: Rollout, { at, verdict }: { at: number; verdict?: StageProgress['verdict'] }): Rollout {
  const passed = withStage(rollout, { phase: 'judged', finishedAt: at, ...(verdict ? { verdict } : {}) })
  const cleared: Rollout = {
    ...passed,
    stages: passed.stages.map(withoutBefore),
    reason: undefined,
    reasonText: undefined,
  }
  const next = rollout.stageIndex + 1
  return next < rollout.stages.length ? { ...cleared, stageIndex: next } : { ...cleared, state: 'complete' }
}

function stop(rollout: Rollout, plan: RolloutPlan, reason: RolloutReason, text: string): Rollout {
  return plan.autoRollback ? takeBack(rollout, 'rolled_back', reason, text) : pause(rollout, reason, text)
}

function takeBack(rollout: Rollout, endsAs: 'rolled_back' | 'aborted', reason: RolloutReason, text: string): Rollout {
  const stages = rollout.stages.map(withoutBefore)
  return { ...rollout, stages, state: 'rolling_back', endsAs, reason, reasonText: text }
}

/** A stage that is not judged again needs it no more, and in a large mesh it is long. */
function withoutBefore({ before: _judged, ...stage }: StageProgress): StageProgress {
  return stage
}
