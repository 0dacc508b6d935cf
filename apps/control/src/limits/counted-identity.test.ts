import fc from 'fast-check'
import { expect, test } from 'vitest'
import { identityOf } from './counted-identity.ts'

const text = fc.string({ unit: fc.constantFrom('a', '1', ':', '|', 'x'.repeat(200)), maxLength: 4 })
const descriptor = fc.record({
  entries: fc.array(fc.record({ key: text, value: text }), { minLength: 1, maxLength: 3 }),
  hits: fc.constant(1),
  override: fc.constant(undefined),
})

test('two descriptions are counted together only when they are the same, whatever their values look like', () => {
  fc.assert(
    fc.property(descriptor, descriptor, (one, other) => {
      const isSame = JSON.stringify(one.entries) === JSON.stringify(other.entries)

      expect(identityOf('d', 'k', one) === identityOf('d', 'k', other)).toBe(isSame)
      expect(identityOf('d', 'k', one).length).toBeLessThanOrEqual(256)
    }),
    { numRuns: 2000 },
  )
})
