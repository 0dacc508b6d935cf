import type { HttpMatch } from '@heddle/shared/model/http-match'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareMatches } from './match-precedence.ts'

const header = (name: string) => ({ name, value: 'x' })

/** Each stands before all that follow it. */
const ordered: readonly HttpMatch[] = [
  { path: { type: 'Exact', value: '/cart/items' } },
  { path: { type: 'Exact', value: '/cart' } },
  { path: { type: 'RegularExpression', value: '/cart/[0-9]+/items' } },
  { path: { type: 'RegularExpression', value: '/.*' } },
  { path: { value: '/cart/items' } },
  { path: { value: '/cart' }, method: 'GET', headers: [header('a')] },
  { path: { value: '/cart' }, method: 'GET' },
  { path: { value: '/cart/' }, headers: [header('a'), header('b')] },
  { path: { value: '/cart' }, headers: [header('a')], queryParams: [header('q')] },
  { path: { value: '/cart' }, headers: [header('a')] },
  { path: { value: '/cart' }, queryParams: [header('q'), header('r')] },
  { path: { value: '/cart' } },
  { method: 'POST' },
  {},
]

test('the more specific match stands first, in whatever order they were written', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...ordered], { minLength: ordered.length }), (shuffled) => {
      expect([...shuffled].sort(compareMatches)).toEqual(ordered)
    }),
  )
})

test('a trailing slash makes no prefix longer', () => {
  expect(compareMatches({ path: { value: '/cart/' } }, { path: { value: '/cart' } })).toBe(0)
})
