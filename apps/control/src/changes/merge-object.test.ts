import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../store/canonical-json.ts'
import { type MergePatch, mergeObject } from './merge-object.ts'

const base = { spec: { timeout: '2s', rules: [{ path: '/a' }], labels: { a: '1' } } }
const withSpec = (spec: object) => ({ spec: { ...base.spec, ...spec } })

test('what only one of two changed is taken from that one', () => {
  const merge = mergeObject(base, withSpec({ timeout: '3s' }), withSpec({ labels: { a: '1', b: '2' } }))

  expect(merge).toEqual({ patches: [{ path: ['spec', 'labels', 'b'], value: '2' }], conflicts: [] })
})

test('one field changed by both to different things is a conflict with its path', () => {
  const { conflicts } = mergeObject(base, withSpec({ timeout: '3s' }), withSpec({ timeout: '4s' }))

  expect(conflicts).toEqual([{ path: ['spec', 'timeout'], base: '2s', ours: '3s', theirs: '4s' }])
})

test('one list changed by both is a conflict, wherever in it', () => {
  const { conflicts } = mergeObject(
    base,
    withSpec({ rules: [{ path: '/b' }] }),
    withSpec({ rules: [{}, { path: '/a' }] }),
  )

  expect(conflicts.map(({ path }) => path)).toEqual([['spec', 'rules']])
})

test('what both removed or made alike is no conflict', () => {
  const both = { spec: { rules: base.spec.rules, labels: { a: '9' } } }

  expect(mergeObject(base, both, both)).toEqual({ patches: [], conflicts: [] })
})

const tree = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: 0, max: 2 }),
    fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
  ),
})).value

test('a merge without conflicts is the same from both sides', () => {
  fc.assert(
    fc.property(tree, tree, tree, (from, a, b) => {
      const forth = mergeObject({ x: from }, { x: a }, { x: b })
      const back = mergeObject({ x: from }, { x: b }, { x: a })
      expect(back.conflicts.length).toBe(forth.conflicts.length)
      if (forth.conflicts.length > 0) return
      expect(canonicalJson(applied({ x: a }, forth.patches))).toBe(canonicalJson(applied({ x: b }, back.patches)))
    }),
    { numRuns: 2000 },
  )
})

function applied(value: Record<string, unknown>, patches: readonly MergePatch[]): unknown {
  const copy = structuredClone(value)
  for (const { path, value: wanted } of patches) {
    let at = copy
    for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown> // a map: the merge walked it
    const last = path.at(-1) ?? ''
    if (wanted === undefined) delete at[last]
    else at[last] = wanted
  }
  return copy
}
