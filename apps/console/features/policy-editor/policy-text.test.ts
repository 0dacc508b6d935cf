import { expect, test } from 'vitest'
import { rangeOfPointer, readPolicyText } from './policy-text.ts'

const text = `# why it is there
kind: FaultInjection
spec:
  abort:
    # not more
    percentage: 30
    httpStatus: 503
`

test('a text that is no YAML says where', () => {
  expect(readPolicyText('spec: [1').problem?.message).toBeTruthy()
})

test('a pointer is found in the text, or its nearest parent', () => {
  const { from, to } = rangeOfPointer(text, '/spec/abort/httpStatus')
  const missing = rangeOfPointer(text, '/spec/abort/nothing')

  expect(text.slice(from, to)).toBe('httpStatus')
  expect(text.slice(missing.from, missing.to)).toBe('abort')
})
