import { expect, test } from 'vitest'
import { applyRepair } from './apply-repair.ts'

const text = `# Who wrote this: the payments team.
spec:
  parentRefs:
    - name: paymets # the money
  tiemouts: { request: 2s }
`

test('a value is put in its place, and comments stay', () => {
  expect(applyRepair(text, { kind: 'put', path: '/spec/parentRefs/0/name', value: 'payments' })).toBe(
    text.replace('paymets', 'payments'),
  )
})

test('a field gets its right name and keeps its value', () => {
  expect(applyRepair(text, { kind: 'rename', path: '/spec/tiemouts', key: 'timeouts' })).toBe(
    text.replace('tiemouts', 'timeouts'),
  )
})

test('a field that may not stand there goes', () => {
  expect(applyRepair(text, { kind: 'remove', path: '/spec/tiemouts' })).not.toContain('tiemouts')
})

test('what is not there, or cannot be read, stays as it is', () => {
  expect(applyRepair(text, { kind: 'rename', path: '/spec/nothing', key: 'x' })).toBe(text)
  expect(applyRepair('a: [', { kind: 'rename', path: '/a', key: 'b' })).toBe('a: [')
})
