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

test.each([
  ['an alias of nothing', 'spec:\n  path: *charge\n', '*charge', 'put a text that begins with "*" in quotes'],
  ['an alias before its anchor', 'a: *x\nb: &x 1\n', '*x', 'an anchor that is not there'],
  ['a second object', 'kind: A\n---\nkind: B\n', '---\nkind: B', 'a second object begins here'],
])('%s is told where it stands, and keeps the page', (_what, text, at, said) => {
  const { problem, get } = readPolicyText(text)

  expect(problem?.message).toContain(said)
  expect(problem?.from).toBe(text.indexOf(at))
  expect(rangeOfPointer(text, '').from).toBe(problem?.from)
  expect(get(['kind'])).toBeUndefined()
})

test('aliases that grow, and a text that is too long, are told instead of read', () => {
  const names = [...'abcdefg']
  const growing = names.map(
    (name, index) =>
      `${name}: &${name} [${Array(9)
        .fill(index ? `*${names[index - 1]}` : 'x')
        .join()}]`,
  )

  expect(readPolicyText(growing.join('\n')).problem?.message).toContain('stand for more than is read')
  expect(readPolicyText(`a: ${'x'.repeat(140_000)}`).problem?.message).toContain('longer than 131072 characters')
})

test('an alias of what is there is read', () => {
  expect(readPolicyText('a: &x [1]\nb: *x\n').get(['b', 0])).toBe(1)
})

test('a pointer is found in the text, or its nearest parent', () => {
  const { from, to } = rangeOfPointer(text, '/spec/abort/httpStatus')
  const missing = rangeOfPointer(text, '/spec/abort/nothing')

  expect(text.slice(from, to)).toBe('httpStatus')
  expect(text.slice(missing.from, missing.to)).toBe('abort')
})
