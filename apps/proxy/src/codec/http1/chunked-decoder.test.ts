import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChunkedDecoder } from './chunked-decoder.ts'

/** Decodes the parts one after the other; the payload as text, or the status of the refusal. */
function decode(parts: readonly string[]): { text: string; isDone: boolean; rest: string } | number {
  const decoder = new ChunkedDecoder()
  let text = ''
  let rest = ''
  for (const part of parts) {
    const bytes = Buffer.from(part, 'latin1')
    const at = decoder.write(bytes, 0, { onPayload: (payload) => (text += payload.toString('latin1')) })
    if (typeof at !== 'number') return at.status
    rest += bytes.toString('latin1', at)
  }
  return { text, isDone: decoder.isDone, rest }
}

test('a body is the same however the bytes are cut', () => {
  const wire = '5\r\nhello\r\n7;a=b\r\n, world\r\n0\r\nx-sum: 1\r\n\r\nGET'

  fc.assert(
    fc.property(fc.array(fc.nat(wire.length), { maxLength: 8 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), wire.length]
      const parts = at.slice(1).map((end, index) => wire.slice(at[index], end))
      expect(decode(parts)).toEqual({ text: 'hello, world', isDone: true, rest: 'GET' })
    }),
  )
})

test('extensions are passed over, quoted ones too', () => {
  const wire = '5;a="b; \\"c\\\\";d;e=f\r\nhello\r\n0;g=""\r\n\r\n'

  expect(decode([wire])).toEqual({ text: 'hello', isDone: true, rest: '' })
})

test.each([
  ['a digit separator', '1_0\r\n'],
  ['a negative size', '-1\r\n'],
  ['a hex prefix', '0x2\r\n'],
  ['seventeen digits', '11111111111111111\r\n'],
  ['a long extension', `1;${'a'.repeat(300)}\r\n`],
  ['an extension without a name', '1;\r\na\r\n'],
  ['an extension without a value', '1;a=\r\na\r\n'],
  ['a quoted text without an end', '1;a="b\r\na\r\n'],
  ['a line end in quotes', '1;a="\r\nb"\r\na\r\n'],
  ['a bare LF in quotes', '1;a="\nb"\r\na\r\n'],
  ['a quoted text as a name', '1;"a"\r\na\r\n'],
  ['what follows a quoted text', '1;a="b"c\r\na\r\n'],
  ['a bare LF', '1\na\r\n'],
  ['a size that lies', '1\r\nab\r\n'],
  ['a space before the size', ' 1\r\n'],
  ['a framing field among the trailers', '0\r\ncontent-length: 5\r\n\r\n'],
  ['a folded trailer', '0\r\n x: 5\r\n\r\n'],
])('%s is refused', (_what, wire) => {
  expect(decode([wire])).toBe(400)
})
