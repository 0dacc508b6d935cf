import { expect, test } from 'vitest'
import { StoreUnavailable } from '../store/open-store.ts'
import { toProblem } from './to-problem.ts'

test('that nothing was changed is only said of a request that has committed nothing', () => {
  const failure = new StoreUnavailable('it does not answer')

  const before = toProblem(failure, 'r')
  const after = toProblem(failure, 'r', true)

  expect([before.code, after.code]).toEqual(['store_unavailable', 'store_unavailable'])
  expect(before.detail).toBe('the database cannot be reached; nothing was changed')
  expect(after.detail).toBe('the database cannot be reached any more; what was asked for may be done')
  expect(after.hint).toBe('look before you ask again')
})
