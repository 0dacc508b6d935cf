import assert from 'node:assert/strict'
import { test } from 'vitest'
import { tableField } from './field.ts'
import { fieldName } from './field-name.ts'

test('tables of several connections hold one field where they hold the same, and what is secret apart', () => {
  const twice = (name: string, value: string) => {
    const first = tableField(fieldName(name), value)
    const second = tableField(fieldName(name), value)
    assert.deepEqual(first, second)
    return first === second
  }

  assert.equal(twice('user-agent', 'bench/1.0'), true)
  assert.equal(twice('user-agent', 'bench/2.0'), true)
  assert.equal(twice('user-agent', 'x'.repeat(300)), false)
  assert.equal(twice('authorization', 'Bearer token'), false)
  assert.equal(twice('cookie', 'session=1'), false)
})
