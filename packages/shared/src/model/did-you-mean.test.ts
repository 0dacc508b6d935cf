import { expect, test } from 'vitest'
import { didYouMean } from './did-you-mean.ts'

const known = ['backendRefs', 'matches', 'filters', 'weight', 'timeouts']

test.each([
  ['backendRef', 'backendRefs'],
  ['wieght', 'weight'],
  ['Filters', 'filters'],
  ['timeout', 'timeouts'],
])('%s means %s', (word, meant) => {
  expect(didYouMean(word, known)).toBe(meant)
})

test.each(['retries', 'x', '', 'completelyDifferent'])('nothing is near %j', (word) => {
  expect(didYouMean(word, known)).toBeUndefined()
})
