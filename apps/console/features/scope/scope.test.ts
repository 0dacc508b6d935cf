import { expect, test } from 'vitest'
import { readScope, scopeOnly, writeScope } from './scope.ts'

test('defaults are left out of the address and unknown parameters stay in it', () => {
  const search = new URLSearchParams('from=now-1h&sel=svc:shop/cart')

  expect(writeScope(search, { from: 'now-15m', namespaces: ['shop', 'pay'] }).toString()).toBe(
    'sel=svc%3Ashop%2Fcart&ns=pay%2Cshop',
  )
})

test('what is written is read again', () => {
  const scope = { namespaces: ['pay', 'shop'], from: 'now-6h', to: 'now' }

  expect(readScope(writeScope(new URLSearchParams(), scope))).toEqual(scope)
})

test('another page gets the scope and nothing else', () => {
  expect(scopeOnly(new URLSearchParams('ns=shop&sel=x&to=now')).toString()).toBe('ns=shop')
})
