import { expect, test } from 'vitest'
import { overloadLevel } from './overload-level.ts'

const limits = { heapTight: 0.85, heapFull: 0.95, memoryFull: 0.9, lagTightMs: 200 }
const well = { heapShare: 0.2, memoryShare: 0.2, lagMs: 3, ownShare: 0.4 }

test.each([
  ['well', {}, 'none'],
  ['a heap that grows', { heapShare: 0.85 }, 'tight'],
  ['a heap that is full', { heapShare: 0.95 }, 'full'],
  ['more memory than the system will bear', { memoryShare: 0.9 }, 'full'],
  ['late by its own work', { lagMs: 200, ownShare: 0.95 }, 'tight'],
  ['late because others have the processor', { lagMs: 2000, ownShare: 0.3 }, 'none'],
  ['busy, and in time', { lagMs: 20, ownShare: 1 }, 'none'],
])('%s', (_name, more, level) => {
  expect(overloadLevel({ ...well, ...more }, limits)).toBe(level)
})
