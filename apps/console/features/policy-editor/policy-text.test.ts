import { expect, test } from 'vitest'
import { rangeOfPointer, readPolicyText, writePolicyText } from './policy-text.ts'

const text = `# why it is there
kind: FaultInjection
spec:
  abort:
    # not more
    percentage: 30
    httpStatus: 503
`

test('a value changes and the comments stay', () => {
  const next = writePolicyText(text, ['spec', 'abort', 'percentage'], 5)

  expect(readPolicyText(next).get(['spec', 'abort', 'percentage'])).toBe(5)
  expect(next).toContain('# why it is there')
  expect(next).toContain('# not more')
})

test('what is removed takes its empty parents along, but not the spec', () => {
  const one = writePolicyText(text, ['spec', 'abort', 'percentage'], undefined)

  expect(readPolicyText(writePolicyText(one, ['spec', 'abort', 'httpStatus'], undefined)).get(['spec'])).toEqual({})
})

test('a text that is no YAML says where and is left alone', () => {
  const broken = 'spec: [1'

  expect(readPolicyText(broken).problem?.message).toBeTruthy()
  expect(writePolicyText(broken, ['spec'], 1)).toBe(broken)
})

test('a pointer is found in the text, or its nearest parent', () => {
  const { from, to } = rangeOfPointer(text, '/spec/abort/httpStatus')
  const missing = rangeOfPointer(text, '/spec/abort/nothing')

  expect(text.slice(from, to)).toBe('httpStatus')
  expect(text.slice(missing.from, missing.to)).toBe('abort')
})
