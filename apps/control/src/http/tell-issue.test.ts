import { expect, test } from 'vitest'
import { z } from 'zod'
import { tellIssue } from './tell-issue.ts'

const Body = z.strictObject({
  reason: z.string().min(3).max(5).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
  only: z.enum(['errors', 'all']).optional(),
  edits: z.array(z.string()).min(1).max(2).optional(),
  id: z.uuid().optional(),
})

test.each([
  [{ reason: 'x' }, 'needs at least 3 characters'],
  [{ reason: 'much too long' }, 'may have 5 characters at most'],
  [{ reason: 7 }, 'must be a string'],
  [{ limit: 0 }, 'must be at least 1'],
  [{ limit: 501 }, 'must be at most 500'],
  [{ limit: 1.5 }, 'must be a whole number'],
  [{ only: 'some' }, 'must be "errors" or "all"'],
  [{ edits: [] }, 'needs at least 1 entry'],
  [{ edits: ['a', 'b', 'c'] }, 'may have 2 entries at most'],
  [{ edits: [null] }, 'must be a string'],
  [{ id: 'x' }, 'is no uuid'],
  [{ nope: 1 }, 'does not know "nope"'],
])('%j is told in words', (body, words) => {
  const [issue] = Body.safeParse(body).error?.issues ?? []

  expect(issue && tellIssue(issue)).toBe(words)
})

test('what is left out is told as missing', () => {
  const [issue] = z.object({ reason: z.string() }).safeParse({}).error?.issues ?? []

  expect(issue && tellIssue(issue)).toBe('is missing')
})
