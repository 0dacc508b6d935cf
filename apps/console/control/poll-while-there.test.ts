import { expect, test } from 'vitest'
import { ApiProblem } from './api-problem.ts'
import { pollWhileThere } from './poll-while-there.ts'

test('what is there is asked for again, also after a failure; what is not is let be', () => {
  const every = (error: Error | null) => pollWhileThere(3000)({ state: { error } })

  expect(every(null)).toBe(3000)
  expect(every(new Error('unreachable'))).toBe(3000)
  expect(every(problem(503))).toBe(3000)
  expect(every(problem(404))).toBe(false)
})

function problem(status: number): ApiProblem {
  return new ApiProblem({ type: 'about:blank', title: 'no', status, code: 'not_found' })
}
