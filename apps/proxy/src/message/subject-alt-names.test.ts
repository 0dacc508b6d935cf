import { expect, test } from 'vitest'
import { subjectAltNames, uriOf } from './subject-alt-names.ts'

test('names are read one by one, quoted ones too', () => {
  expect(subjectAltNames('URI:spiffe://mesh/ns/a/sa/b, DNS:a.shop, IP Address:127.0.0.1')).toEqual([
    { type: 'URI', value: 'spiffe://mesh/ns/a/sa/b' },
    { type: 'DNS', value: 'a.shop' },
    { type: 'IP Address', value: '127.0.0.1' },
  ])
  expect(subjectAltNames('DNS:"a, URI:spiffe://evil"')).toEqual([{ type: 'DNS', value: 'a, URI:spiffe://evil' }])
})

test.each([
  ['a name with NUL', 'URI:"spiffe://mesh/a\\u0000.evil"'],
  ['a quote that does not end', 'DNS:"a'],
  ['text behind a quote', 'DNS:"a"b'],
  ['no type', ':a'],
])('%s is no name', (_what, text) => {
  expect(subjectAltNames(text)).toBeUndefined()
})

test('two URIs are no identity', () => {
  expect(uriOf(subjectAltNames('URI:spiffe://a/b, URI:spiffe://a/c'))).toBeUndefined()
  expect(uriOf(subjectAltNames('DNS:a'))).toBeUndefined()
  expect(uriOf(subjectAltNames('DNS:a, URI:spiffe://a/c'))).toBe('spiffe://a/c')
})
