import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hasTooManyMarks } from './has-too-many-marks.ts'

test('objects, lists and commas are counted', () => {
  const bytes = Buffer.from('{"resourceLogs":[{},{}]}')

  const answers = [4, 5].map((max) => hasTooManyMarks(bytes, max))

  assert.deepEqual(answers, [true, false])
})
