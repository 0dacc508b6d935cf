import { expect, test } from 'vitest'
import { formatTime } from './format-time.ts'

const at = Date.UTC(2026, 10, 6, 15, 4, 5, 78)

test.each([
  ['', '2026-11-06T15:04:05.078Z'],
  ['%Y/%m/%dT%H:%M:%S%z', '2026/11/06T15:04:05+0000'],
  ['%a, %d %b %Y %T %Z', 'Fri, 06 Nov 2026 15:04:05 UTC'],
  ['%I:%M %p', '03:04 PM'],
  ['%s', '1793977445'],
  ['%s.%3f', '1793977445.078'],
  ['%3s', '1793977445078'],
  ['%9f', '078000000'],
  ['100%% %Q', '100% %Q'],
])('%s of a moment is %s', (format, expected) => {
  expect(formatTime(format, at)).toBe(expected)
})
