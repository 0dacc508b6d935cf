import { create } from '@bufbuild/protobuf'
import { RegexMatcherSchema } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/regex_pb'
import { type StringMatcher, StringMatcherSchema } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/string_pb'
import { expect, test } from 'vitest'
import { compileStringMatcher } from './compile-string-matcher.ts'
import { matchesString } from './string-matcher.ts'

type Pattern = StringMatcher['matchPattern']

/** As it comes off the wire: one character a byte. */
const onWire = (text: string) => Buffer.from(text).toString('latin1')

const meets = (matchPattern: Pattern, text: string, ignoreCase = false) =>
  matchesString(compileStringMatcher(create(StringMatcherSchema, { matchPattern, ignoreCase }), 'm'), onWire(text))
const regex = (written: string): Pattern => ({
  case: 'safeRegex',
  value: create(RegexMatcherSchema, { regex: written }),
})

test('a text beyond ASCII meets its bytes', () => {
  expect(meets({ case: 'exact', value: 'żółć' }, 'żółć')).toBe(true)
  expect(meets({ case: 'prefix', value: 'é' }, 'éa')).toBe(true)
  expect(meets({ case: 'suffix', value: '🦀' }, 'a🦀')).toBe(true)
  expect(meets({ case: 'contains', value: 'ß' }, 'straße')).toBe(true)
  expect(meets({ case: 'contains', value: 'ß' }, 'strasse')).toBe(false)
})

test('only ASCII letters are the same in both cases', () => {
  expect(meets({ case: 'exact', value: 'ÉA' }, 'Éa', true)).toBe(true)
  expect(meets({ case: 'exact', value: 'ÉA' }, 'éa', true)).toBe(false)
})

test('an expression is one over bytes', () => {
  expect(meets(regex('.*é.*'), 'Renée')).toBe(true)
  expect(meets(regex('^.$'), 'é')).toBe(false)
  expect(meets(regex('^..$'), 'é')).toBe(true)
})
