import { expect, test } from 'vitest'
import { queryValue } from './query-value.ts'

test.each<[string, string | undefined]>([
  ['u=ada', 'ada'],
  ['a=b&u=ada&u=bob', 'ada'],
  ['u', ''],
  ['u=', ''],
  ['%75=a%20da+b', 'a da+b'],
  ['u=a=b', 'a=b'],
  ['uu=ada&xu=bob', undefined],
  ['&&u=ada', 'ada'],
  ['', undefined],
  ['u=%zz%4', '%zz%4'],
  ['u=%ff', '%ff'],
])('of "%s" the parameter u is %s', (query, expected) => {
  expect(queryValue(query, 'u')).toBe(expected)
})
