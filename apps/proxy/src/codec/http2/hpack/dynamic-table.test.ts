import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { DynamicTable } from './dynamic-table.ts'
import { newField, sizeOf } from './field.ts'
import { fieldName } from './field-name.ts'

test('whatever is added, and however small the table becomes, it is a list of the newest that fit', () => {
  const lengths = fc.array(fc.oneof(fc.nat(4), fc.nat(300)), { maxLength: 300 })
  fc.assert(
    fc.property(lengths, fc.constantFrom(64, 500, 4096), fc.nat(4096), (added, sizeMax, smaller) => {
      const table = new DynamicTable(sizeMax)
      let model: string[] = []
      const keep = (max: number) => {
        while (model.reduce((sum, value) => sum + sizeOf('a', value), 0) > max) model = model.slice(0, -1)
      }
      const same = () => {
        for (let index = 0; index <= model.length; index++) assert.equal(table.at(index)?.value, model[index])
      }

      for (const length of added) {
        const value = 'x'.repeat(length)
        table.add(newField(fieldName('a'), value, false))
        model = [value, ...model]
        keep(sizeMax)
      }
      same()
      table.resize(Math.min(smaller, sizeMax))
      keep(Math.min(smaller, sizeMax))

      same()
    }),
  )
})
