import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isTracedById, withReason } from './trace-by-id.ts'

const packing = { packsReason: true, decides: true }

test('an id decides alike wherever it is seen, and the share of those that are traced is the ratio', () => {
  const ids = Array.from(
    { length: 10_000 },
    (_, index) => `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
  )

  const traced = ids.filter((id) => isTracedById(id, 0.25, packing))

  assert.equal(traced.length, 2500)
})

test('what is no id of ours is not traced, unless everything is', () => {
  for (const id of [undefined, '', 'mine', '1234567', '0x000000']) {
    assert.equal(isTracedById(id, 1, packing), false)
    assert.equal(isTracedById(id, 0, { packsReason: true, decides: false }), true)
  }
})

test('a reason in an id counts where ids hold reasons, and is written where the decision is another', () => {
  const traced = 'ffffffff-0000-b000-8000-000000000000'

  assert.equal(isTracedById(traced, 0, packing), true)
  assert.equal(isTracedById(traced, 0, { packsReason: false, decides: true }), false)
  assert.equal(withReason(traced, true, packing), traced)
  assert.equal(withReason(traced, false, packing), 'ffffffff-0000-4000-8000-000000000000')
  assert.equal(
    withReason('ffffffff-0000-4000-8000-000000000000', true, packing),
    'ffffffff-0000-9000-8000-000000000000',
  )
  assert.equal(withReason('short', true, packing), 'short')
  assert.equal(withReason(traced, false, { packsReason: false, decides: true }), traced)
})
