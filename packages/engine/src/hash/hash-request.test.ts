import { expect, test } from 'vitest'
import { type HashedRequest, hashRequest } from './hash-request.ts'
import { xxHash64 } from './xx-hash64.ts'

test.each([
  [':path', '/a?k=v'],
  [':method', 'GET'],
  [':authority', 'Shop:80'],
  [':scheme', 'https'],
])('requests are kept together by %s too', (name, value) => {
  const request = {
    requestHeader: (asked: string) => (asked === name ? value : undefined),
    headerValues: () => [],
  } as unknown as HashedRequest // as far as it is asked here
  const hash = { hi: 0, lo: 0, isSet: false, cookie: '' }
  const expected = { hi: 0, lo: 0 }
  xxHash64(value, expected)

  hashRequest([{ kind: 'header', name, rewrite: undefined, terminal: false }], request, hash)

  expect(hash).toMatchObject({ ...expected, isSet: true })
})
