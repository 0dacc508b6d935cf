import { expect, test } from 'vitest'
import { stepInList } from './step-in-list.ts'

test('arrows go round at the ends, and only along the list', () => {
  expect(stepInList('ArrowRight', 2, 3, 'horizontal')).toBe(0)
  expect(stepInList('ArrowLeft', 0, 3, 'horizontal')).toBe(2)
  expect(stepInList('ArrowDown', 0, 3, 'horizontal')).toBeUndefined()
  expect(stepInList('ArrowUp', 0, 3, 'vertical')).toBe(2)
})

test('from outside of the list the first step leads to an end', () => {
  expect(stepInList('ArrowDown', -1, 3, 'vertical')).toBe(0)
  expect(stepInList('ArrowUp', -1, 3, 'vertical')).toBe(2)
})

test('an empty list leads nowhere', () => {
  expect(stepInList('Home', -1, 0, 'vertical')).toBeUndefined()
})
