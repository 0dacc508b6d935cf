import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sendableText, wireText } from './wire-text.ts'

test.each(['a\nb', 'a\r\nx: y', 'a\0', '\x7f'])('%j cannot stand in a head', (text) => {
  expect(() => wireText(text, 'value')).toThrow('value: has a control character')
})

test('a tab may, and what is above ASCII goes as UTF-8', () => {
  expect(wireText('a\tb é', 'value')).toBe('a\tb \xc3\xa9')
})

test('no character becomes a line end by being cut to a byte', () => {
  expect(wireText('\u010a\u010d', 'value')).toBe('\xc4\x8a\xc4\x8d')
})

test('whatever an operator gives can stand in a head', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(sendableText(text)).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/)
    }),
  )
})

test('a line end in what an operator gives is a space', () => {
  expect(sendableText('a\r\nset-cookie: b')).toBe('a  set-cookie: b')
})
