import { expect, test } from 'vitest'
import { diffLines } from '#ui/diff-lines.ts'
import { readPolicyText } from './policy-text.ts'
import { writePolicyText } from './write-policy-text.ts'

const policy = `# Money moves only when checkout asks.
kind: AuthorizationPolicy
metadata:
  name: payments-callers   # as the team calls it

spec:
  selector: {matchLabels: {app: payments}}
  action: ALLOW
  rules:
    # the caller
    - from:
        - source:
            serviceAccounts: ["shop/checkout"]
      to:
        - operation:
            methods: [POST]
            paths: [/charge, '/refund']
  weight: 30
`

const changed = (path: readonly (string | number)[], value: unknown, text = policy) =>
  diffLines(text, writePolicyText(text, path, value)).filter(({ kind }) => kind !== 'same')

test('one changed field is one changed line', () => {
  expect(changed(['spec', 'weight'], 5)).toEqual([
    expect.objectContaining({ kind: 'removed', text: '  weight: 30' }),
    expect.objectContaining({ kind: 'added', text: '  weight: 5' }),
  ])
  expect(changed(['metadata', 'name'], 'other')).toEqual([
    expect.objectContaining({ kind: 'removed' }),
    expect.objectContaining({ kind: 'added', text: '  name: other   # as the team calls it' }),
  ])
})

test('a changed list stays in its line and changes no other', () => {
  expect(changed(['spec', 'rules', 0, 'to', 0, 'operation', 'methods'], ['GET', 'POST'])).toEqual([
    expect.objectContaining({ kind: 'removed', text: '            methods: [POST]' }),
    expect.objectContaining({ kind: 'added', text: '            methods: [GET, POST]' }),
  ])
})

test('a field that was not there is added, and no other line changes', () => {
  expect(changed(['spec', 'rules', 0, 'to', 0, 'operation', 'ports'], ['8080'])).toEqual([
    expect.objectContaining({ kind: 'added' }),
    expect.objectContaining({ kind: 'added' }),
  ])
})

test.each([
  ['reset', { percentage: 10 }],
  ['responseBandwidth', { percentage: 10, kibPerSecond: 16 }],
])(
  'the effect %s of a fault is added and taken back without another line, and one number of it is one line',
  (effect, value) => {
    const fault =
      'kind: FaultInjection\nspec:\n  # a tenth of the charges\n  abort: { percentage: 10, httpStatus: 503 } # as seen\n  duration: 10m\n'
    const added = writePolicyText(fault, ['spec', effect], value)

    expect(diffLines(fault, added).filter(({ kind }) => kind === 'removed')).toEqual([])
    expect(changed(['spec', effect, 'percentage'], 0.5, added)).toEqual([
      expect.objectContaining({ kind: 'removed', text: '    percentage: 10' }),
      expect.objectContaining({ kind: 'added', text: '    percentage: 0.5' }),
    ])
    expect(writePolicyText(added, ['spec', effect], undefined)).toBe(fault)
  },
)

test('a list beside its key stays beside its key', () => {
  const text = 'kind: A\nspec:\n  rules:\n  - name: a\n  - name: b\n'

  expect(changed(['spec', 'timeout'], '5s', text)).toEqual([
    expect.objectContaining({ kind: 'added', text: '  timeout: 5s' }),
  ])
})

test.each(['a: b', '- x', '#no', 'true', '', '30', "it's", 'a, b]'])(
  'the text %j is read back as it was put',
  (value) => {
    for (const path of [
      ['metadata', 'name'],
      ['spec', 'rules', 0, 'to', 0, 'operation', 'paths', 1],
      ['spec', 'rules', 0, 'to', 0, 'operation', 'paths', 0],
      ['spec', 'selector', 'matchLabels', 'app'],
    ]) {
      expect(readPolicyText(writePolicyText(policy, path, value)).get(path)).toBe(value)
    }
  },
)

test('what is removed takes its empty parents along, but not the spec', () => {
  const text = 'kind: A\nspec:\n  abort:\n    # not more\n    percentage: 30\n'

  expect(readPolicyText(writePolicyText(text, ['spec', 'abort', 'percentage'], undefined)).get(['spec'])).toEqual({})
})

test('a text that is no YAML is left alone', () => {
  expect(writePolicyText('spec: [1', ['spec'], 1)).toBe('spec: [1')
})
