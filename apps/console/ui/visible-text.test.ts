import { expect, test } from 'vitest'
import { visibleText } from './visible-text.ts'

test('what would turn the order of a line round is written out', () => {
  expect(visibleText('allow \u202Ednuob\u2066')).toBe('allow ⟨U+202E⟩dnuob⟨U+2066⟩')
})

test('what takes no room is written out', () => {
  expect(visibleText('x-us\u200Ber: a\u200Dlice\uFEFF\u0007')).toBe('x-us⟨U+200B⟩er: a⟨U+200D⟩lice⟨U+FEFF⟩⟨U+0007⟩')
})

test('words of every script, emojis, tabs and lines stay as they are', () => {
  const text = 'naïve עברית مرحبا می‌خواهم 日本語 👩‍👩‍👧‍👦 ❤️‍🔥\n\tnext'

  expect(visibleText(text)).toBe(text)
})
