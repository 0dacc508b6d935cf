import { expect, test } from 'vitest'
import { whyNot } from './why-not.ts'

const own = { reason: 'own-change', message: 'who wrote a change cannot approve it', who: ['approver'] }

test('what is offered has no reason against it', () => {
  expect(whyNot({ can: ['approve'], cannot: {} }, 'approve')).toBeUndefined()
})

test('a refusal is told in the words of the control plane, with who can instead', () => {
  expect(whyNot({ can: [], cannot: { approve: own } }, 'approve')).toBe(
    'Who wrote a change cannot approve it. Can: approver',
  )
})

test('what the control plane does not mention is not offered', () => {
  expect(whyNot({ can: [], cannot: {} }, 'promote')).toBeDefined()
})
