import { eventually } from '@heddle/testkit/eventually'
import { expect, test } from 'vitest'
import { InitialFetches } from './initial-fetches.ts'

test('what did not come in time is counted as long as somebody asks for it', async () => {
  let given = 0
  using fetches = new InitialFetches(() => given++)
  fetches.await(['asked', 'gone'].map((name) => ({ kind: 'assignment', name, timeoutMs: 1 })))
  await eventually(() => given === 2)

  fetches.keep({ fetchTimeoutsMs: { assignment: new Map([['asked', 1]]), route: new Map(), runtime: new Map() } })

  expect(fetches.timeoutsOf('assignment', 'asked')).toBe(1)
  expect(fetches.timeoutsOf('assignment', 'gone')).toBe(0)
})
