import { expect, test } from 'vitest'
import type { RolloutSummary, Verdict } from './rollouts.ts'
import { changeWord, rolloutWord, stageWord, stopWord } from './state-words.ts'

const rolling = { state: 'rolling' } as const
const rolledBack = { state: 'rolled_back', reason: 'judgement' } as const
const failed: Verdict = { result: 'fail', text: 'worse', metrics: [], comparedWith: 'before' }

test('a change that rolls out is called what its rollout is', () => {
  const words = (['rolling', 'paused', 'rolling_back'] as const).map((state) =>
    changeWord({ state: 'rolling', rollout: summary({ state }) }),
  )

  expect(words).toEqual(['Rolling out', 'Paused', 'Rolling back'])
})

test('a rollout that waits, is held or lost its base is called what its change is', () => {
  expect(rolloutWord({ state: 'waiting' })).toBe(changeWord({ state: 'approved' }))
  expect(rolloutWord({ state: 'aborted', reason: 'base-moved' })).toBe(changeWord({ state: 'superseded' }))
  expect(rolloutWord({ state: 'rolling', reason: 'too-little-traffic' })).toBe('Held')
})

test('what stopped a rollout is told, and nothing of one that is complete', () => {
  expect(stopWord(rolledBack)).toBe('it made things worse')
  expect(stopWord({ state: 'rolled_back', reason: 'operator' })).toBe('by hand')
  expect(stopWord({ state: 'complete', reason: 'operator' })).toBeUndefined()
})

test('once a rollout is taken back no stage of it waits for anything', () => {
  expect(stageWord({ phase: 'pending' }, rolledBack)).toBe('Not reached')
  expect(stageWord({ phase: 'pushed' }, rolledBack)).toBe('Taken back')
  expect(stageWord({ phase: 'soaking' }, rolledBack)).toBe('Taken back')
  expect(stageWord({ phase: 'soaking', verdict: failed }, rolledBack)).toBe('Failed')
})

test('a stage of a paused rollout is not said to be watched', () => {
  expect(stageWord({ phase: 'soaking' }, rolling)).toBe('Watching')
  expect(stageWord({ phase: 'soaking' }, { state: 'paused' })).toBe('Paused')
  expect(stageWord({ phase: 'judged' }, { state: 'paused' })).toBe('Promoted')
})

function summary(part: Pick<RolloutSummary, 'state'>): RolloutSummary {
  return {
    id: 'r',
    changeId: 'c',
    revision: 2,
    previousRevision: 1,
    stageIndex: 0,
    stages: [],
    startedAt: '2026-01-01T00:00:00.000Z',
    ...part,
  }
}
