import { expect, test } from 'vitest'
import { safeNext } from './safe-next.ts'

test('the exact address comes back', () => {
  expect(safeNext('/graph?from=now-1h&sel=svc:shop/cart#x')).toBe('/graph?from=now-1h&sel=svc:shop/cart#x')
})

test.each([
  null,
  '',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/\t/evil.example',
])('another place than this console, %j, becomes the first page', (next) => {
  expect(safeNext(next)).toBe('/')
})
