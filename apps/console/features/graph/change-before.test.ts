import { expect, test } from 'vitest'
import { changeBefore } from './change-before.ts'

const at = (time: string) => ({ at: `2026-11-27T${time}.000Z` })
const since = '2026-11-27T12:00:00.000Z'

test('the newest of those that came before is named', () => {
  expect(changeBefore([at('12:05:00'), at('11:59:00'), at('11:58:00')], since)).toEqual(at('11:59:00'))
})

test('one that was written down a moment after its proxies had it is before, too', () => {
  expect(changeBefore([at('12:00:06')], since)).toEqual(at('12:00:06'))
})

test('what came later or long before is not named', () => {
  expect(changeBefore([at('12:01:00'), at('11:44:00')], since)).toBeUndefined()
})
