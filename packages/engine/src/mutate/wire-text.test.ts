import { expect, test } from 'vitest'
import { wireText } from './wire-text.ts'

test.each(['a\nb', 'a\r\nx: y', 'a\0', '\x7f'])('%j cannot stand in a head', (text) => {
  expect(() => wireText(text, 'value')).toThrow('value: has a control character')
})

test('a tab may, and every byte above ASCII', () => {
  expect(wireText('a\tb é', 'value')).toBe('a\tb é')
})
