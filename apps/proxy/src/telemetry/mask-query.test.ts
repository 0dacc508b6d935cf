import { expect, test } from 'vitest'
import { maskQuery } from './mask-query.ts'

test.each([
  ['', ''],
  ['page=2&sort=name', 'page=2&sort=name'],
  ['token=abc&page=2', 'token=***&page=2'],
  ['access_token=abc', 'access_token=***'],
  ['to%6ben=abc', 'to%6ben=***'],
  ['API-KEY=abc&x', 'API-KEY=***&x'],
  ['monkey=1&keyboard=2', 'monkey=1&keyboard=2'],
  ['%zz=1', '%zz=1'],
])('%s becomes %s', (query, masked) => {
  expect(maskQuery(query)).toBe(masked)
})
