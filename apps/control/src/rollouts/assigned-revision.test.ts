import { describe, expect, test } from 'vitest'
import { defaultPlan } from '../changes/plan-of.ts'
import type { ActiveRollout, Assignment } from './active-rollout.ts'
import { assignedRevision } from './assigned-revision.ts'
import { newRollout, type Rollout } from './rollout.ts'

const plan = defaultPlan(0)

function active(pushed: number, change: Partial<Rollout> = {}): ActiveRollout {
  const rollout: Rollout = { ...newRollout(plan), state: 'rolling', stageIndex: Math.max(0, pushed - 1), ...change }
  const stages = rollout.stages.map((_, index) => ({
    phase: index >= pushed ? 'pending' : index === pushed - 1 ? 'pushed' : 'judged',
  })) as Rollout['stages']
  return {
    id: 'r',
    changeId: 'c',
    revision: 8,
    previousRevision: 7,
    restoringRevision: rollout.state === 'rolling_back' ? 9 : undefined,
    plan,
    rollout: { ...rollout, stages: change.stages ?? stages },
    createdAt: new Date(0),
    startedAt: undefined,
    finishedAt: undefined,
    assignments: new Map(
      [assigned('canary', 0), assigned('quarter', 1), assigned('last', 2), assigned('bystander', 0, false)].map(
        (each) => [each.proxyId, each],
      ),
    ),
  }
}

function assigned(proxyId: string, stageIndex: number, isAffected = true): Assignment {
  return { proxyId, namespace: 'shop', service: 'web', stageIndex, isAffected }
}

const proxies = ['canary', 'quarter', 'last', 'bystander']

describe('the revision that a proxy is to run', () => {
  test('without a rollout is the head', () => {
    expect(assignedRevision(7, undefined, 'any')).toBe(7)
  })

  test.each([
    [0, [7, 7, 7, 7]],
    [1, [8, 7, 7, 7]],
    [2, [8, 8, 7, 7]],
    [3, [8, 8, 8, 7]],
  ])('with %i stages pushed is the new one for those in them', (pushed, revisions) => {
    expect(proxies.map((id) => assignedRevision(8, active(pushed), id))).toEqual(revisions)
  })

  test('stays as it is while the rollout is paused', () => {
    const paused = active(2, { state: 'paused', reason: 'operator' })

    expect(proxies.map((id) => assignedRevision(8, paused, id))).toEqual([8, 8, 7, 7])
  })

  test('when it is taken back is the one with the old content, for exactly those that had the new one', () => {
    const back = active(2, { state: 'rolling_back', endsAs: 'rolled_back' })

    expect(proxies.map((id) => assignedRevision(9, back, id))).toEqual([9, 9, 7, 7])
  })

  test('when a complete one is taken back is the one with the old content, for everybody', () => {
    const stages = plan.stages.map(() => ({ phase: 'judged' as const }))
    const back = active(3, { state: 'rolling_back', endsAs: 'rolled_back', stages })

    expect(['last', 'bystander', 'newcomer'].map((id) => assignedRevision(9, back, id))).toEqual([9, 9, 9])
  })
})
