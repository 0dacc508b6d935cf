import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { HeaderBlock } from '../../message/header-block.ts'
import { headerName } from '../../message/header-name.ts'
import { FieldMemory } from './field-memory.ts'
import { parseFields } from './parse-fields.ts'

function read(lines: readonly string[], memory?: FieldMemory) {
  const block = new HeaderBlock()
  const refusal = parseFields(lines.map((line) => `${line}\r\n`).join(''), 0, block, 100, memory)
  // How much was read before a refusal does not matter.
  return refusal ?? { wire: block.toWire(), values: block.values.slice(0, block.count) }
}

test('fields read with a memory are the fields read without one, whatever came before', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'a: 1',
      'A: 1',
      'a:1 ',
      'a:  1',
      'b: 2',
      'b: 2\t',
      'c: a: b',
      'c:',
      'd : 4',
      ' e: 5',
      'a_b: 6',
      'a: \u0001',
    ),
    fc.string({ maxLength: 8 }).map((value) => `x: ${value}`),
  )
  fc.assert(
    fc.property(fc.array(fc.array(line, { maxLength: 6 }), { maxLength: 6 }), (messages) => {
      const memory = new FieldMemory()
      for (const lines of messages) assert.deepEqual(read(lines, memory), read(lines))
    }),
  )
})

test('a field that is left out, added or changed is noticed, and those behind it are recalled', () => {
  const memory = new FieldMemory()
  read(['a: 1', 'b: 2', 'c: 3'], memory)
  for (const lines of [
    ['a: 1', 'c: 3'],
    ['a: 1', 'n: 9', 'b: 2', 'c: 3'],
    ['a: 1', 'b: 7', 'c: 3'],
  ]) {
    assert.deepEqual(read(lines, memory), read(lines))
    memory.rewind()
    assert.notEqual(memory.recall('a: 1\r\n', 0), undefined)
  }
})

test('long lines are not kept, nor more than 32', () => {
  const memory = new FieldMemory()
  const long = `a: ${'x'.repeat(300)}`
  read([long], memory)
  memory.rewind()
  assert.equal(memory.recall(`${long}\r\n`, 0), undefined)
  const many = Array.from({ length: 40 }, (_, index) => `h${index}: 1`)
  read(many, memory)
  const text = many.map((line) => `${line}\r\n`).join('')
  memory.rewind()
  let at = `${many[0]}\r\n`.length // the long one stood in its place
  memory.learn(`${many[0]}\r\n`, headerName('h0'))
  let recalled = 0
  for (let field = memory.recall(text, at); field !== undefined; field = memory.recall(text, at)) {
    recalled++
    at += field.line.length
  }
  assert.equal(recalled, 31)
})

test('connections that get the same line share what was read of it, unless it may be secret', () => {
  const [one, other] = [new FieldMemory(), new FieldMemory()]
  for (const memory of [one, other]) read(['shared: yes', 'cookie: a=1'], memory)

  const field = recalled(one, 'shared: yes')
  const secret = recalled(one, 'cookie: a=1')

  assert.equal(field?.value, 'yes')
  assert.equal(recalled(other, 'shared: yes'), field)
  assert.deepEqual(recalled(other, 'cookie: a=1'), secret)
  assert.notEqual(recalled(other, 'cookie: a=1'), secret)
})

test('a connection knows its lines when others have brought more than are shared', () => {
  const memory = new FieldMemory()
  read(['mine: 1'], memory)
  const first = recalled(memory, 'mine: 1')

  for (let index = 0; index < 600; index++) read([`other: ${index}`], new FieldMemory())
  const later = new FieldMemory()
  read(['mine: 1'], later)

  assert.equal(recalled(memory, 'mine: 1'), first)
  assert.notEqual(recalled(later, 'mine: 1'), first)
})

function recalled(memory: FieldMemory, line: string) {
  memory.rewind()
  return memory.recall(`${line}\r\n`, 0)
}
