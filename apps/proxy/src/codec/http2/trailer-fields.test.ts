import { expect, test } from 'vitest'
import { newField } from './hpack/field.ts'
import { fieldName } from './hpack/field-name.ts'
import { TrailerFields } from './trailer-fields.ts'

const limits = { headerBytesMax: 1000, headerCountMax: 10 }
/** As C-core's gRPC says "gründe", a line end and two spaces: the spaces as they are. */
const message = '  gr%C3%BCnde%0A  '

function read(isOfAnswer: boolean, value: string): TrailerFields {
  const fields = new TrailerFields(limits, isOfAnswer)
  fields.onField(newField(fieldName('grpc-status'), '15'))
  fields.onField(newField(fieldName('grpc-message'), value))
  return fields
}

test('the message of a gRPC status may end with whitespace, which is taken away', () => {
  const fields = read(true, message)

  expect(fields.isValid).toBe(true)
  expect(fields.headers.get('grpc-message')).toBe('gr%C3%BCnde%0A')
})

test('of what lies beside it nothing is taken for whitespace: bytes of UTF-8 stay', () => {
  const bytes = Buffer.from('voilà').toString('latin1')

  expect(read(true, `${bytes} `).headers.get('grpc-message')).toBe(bytes)
})

test.each([
  ['a line end', true, 'a\r\nb '],
  ['whitespace around a value of a client', false, message],
])('%s makes trailers malformed', (_, isOfAnswer, value) => {
  expect(read(isOfAnswer, value).isValid).toBe(false)
})
