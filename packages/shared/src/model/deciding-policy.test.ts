import { expect, test } from 'vitest'
import { decidingPolicy } from './deciding-policy.ts'

test('a rule of an AuthorizationPolicy is told by its object and its place, counted from one', () => {
  expect(decidingPolicy('ns[shop]-policy[payments-callers]-rule[0]')).toEqual({
    object: 'AuthorizationPolicy/shop/payments-callers',
    rule: 1,
  })
})

test('the name of an object is one, and anything else is none', () => {
  expect(decidingPolicy('FaultInjection/shop/slow')).toEqual({ object: 'FaultInjection/shop/slow', rule: undefined })
  expect(decidingPolicy('')).toBeUndefined()
  expect(decidingPolicy('none')).toBeUndefined()
})
