import { expect, test } from 'vitest'
import { outcomeWords } from './outcome-words.ts'

const answered = { flags: '', details: 'via_upstream', matchedPolicy: '' }

test('what a proxy did is said in words before what it wrote down', () => {
  expect(outcomeWords(answered)).toBe('answered by the service')
  expect(outcomeWords({ ...answered, flags: 'FI', details: 'fault_filter_abort' })).toBe(
    'answered by an injected fault',
  )
  expect(outcomeWords({ ...answered, details: 'something_new' })).toBe('something_new')
})

test('a refusal says whether a rule refused, or none allowed', () => {
  const denied = { flags: '', details: 'rbac_access_denied_matched_policy[none]', matchedPolicy: '' }

  expect(outcomeWords(denied)).toBe('refused: no rule allows it')
  expect(outcomeWords({ ...denied, matchedPolicy: 'ns[a]-policy[b]-rule[0]' })).toBe('refused by a rule')
})
