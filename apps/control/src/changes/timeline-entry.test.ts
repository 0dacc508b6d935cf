import { expect, test } from 'vitest'
import { timelineEntry } from './timeline-entry.ts'

const entry = (action: string, detail: object) =>
  timelineEntry({ at: new Date(0), actor: 'erin', action, outcome: 'done', detail }).text

test('what a rollout comes to is told in words, with its stage only where it is the stage that did it', () => {
  expect(entry('rollout.stage-acked', { stage: 'canary' })).toBe('stage canary: all its proxies acknowledged')
  expect(entry('rollout.rollback-ordered', { stage: 'canary', text: 'not today' })).toBe(
    'ordered the content before back: not today',
  )
  expect(entry('rollout.restored', { stage: 'canary' })).toBe('all proxies run the content before')
})
