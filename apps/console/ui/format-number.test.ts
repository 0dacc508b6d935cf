import { expect, test } from 'vitest'
import { formatCount, formatMs, formatNumber, formatShare } from './format-number.ts'

test.each([
  [formatNumber(1240, 'rps'), '1.24\u202fk\u202frps'],
  [formatNumber(0, 'rps'), '0\u202frps'],
  [formatNumber(undefined, 'rps'), '–'],
  [formatNumber(0.0351, 'rps'), '0.0351\u202frps'],
  [formatMs(412.4), '412\u202fms'],
  [formatMs(1530), '1.53\u202fs'],
  [formatShare(0.0082), '0.82\u202f%'],
  [formatCount(1, 'proxy', 'proxies'), '1\u00a0proxy'],
  [formatCount(14, 'proxy', 'proxies'), '14\u00a0proxies'],
])('a value reads as %s', (text, wanted) => {
  expect(text).toBe(wanted)
})
