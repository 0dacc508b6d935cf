import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { others, whole } from './bad-objects.fixture.ts'
import { routeRules, routeSpecs } from './bad-routes.fixture.ts'
import { parseObject } from './parse-object.ts'
import { authorization, entry, fault, limit, route, rule, service, source } from './plain-objects.fixture.ts'
import { problemCodes } from './problem-codes.ts'

test.each([route, rule, fault, limit, authorization, service, entry])(
  'a plain $kind is read as it was written',
  (object) => {
    const result = parseObject(object)

    expect(result).toEqual({ kind: 'valid', object })
  },
)

test('an object without namespace is in the default one', () => {
  const result = parseObject({ ...service, metadata: { name: 'payments' } })

  expect(result).toMatchObject({ kind: 'valid', object: { metadata: { name: 'payments', namespace: 'default' } } })
})

describe('a bad object is refused with its code, the place and the way out', () => {
  test.each(whole)('%s', (_, object, code, path, words) => {
    expectRefused(object, code, path, words)
  })
  test.each(routeSpecs)('HTTPRoute: %s', (_, spec, code, path, words) => {
    expectRefused({ ...route, spec }, code, path, words)
  })
  test.each(routeRules)('HTTPRoute rule: %s', (_, ruleSpec, code, path, words) => {
    const rules = [ruleSpec]
    expectRefused({ ...route, spec: { ...route.spec, rules } }, code, `/spec/rules/0${path}`, words)
  })
  test.each(others)('%s', (_, object, code, path, words) => {
    expectRefused(object, code, path, words)
  })
})

test('all problems of an object are reported at once', () => {
  const object = { ...route, metadata: { name: 'A' }, spec: { ...route.spec, parentRefs: [], hostname: 'a' } }

  const result = parseObject(object)

  const paths = result.kind === 'invalid' ? result.problems.map(({ path }) => path) : []
  expect(paths).toEqual(['/metadata/name', '/spec/parentRefs', '/spec/hostname'])
})

test('fields named like parts of the language are unknown fields', () => {
  const object = JSON.parse('{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","constructor":1},"spec":{}}')

  const result = parseObject(object)

  expect(result).toMatchObject({
    kind: 'invalid',
    problems: [{ code: 'HED-101', path: '/metadata/constructor' }, {}, {}],
  })
})

function expectRefused(object: unknown, code: string, path: string, words: RegExp): void {
  const result = parseObject(object)

  const problems = result.kind === 'invalid' ? result.problems : []
  const problem = problems.find((one) => one.code === code && one.path === path)
  expect(problem, JSON.stringify(problems, null, 1)).toBeDefined()
  expect(`${problem?.message} ${problem?.fix ?? ''}`).toMatch(words)
}

test('whatever comes in, reading it never throws, and every problem has a code and a place', () => {
  const objects = [route, rule, fault, limit, authorization, service, entry]
  fc.assert(
    fc.property(fc.constantFrom(...objects), fc.nat(40), fc.anything(), (object, position, junk) => {
      const hostile = replaceAt(object, position, junk)
      const result = parseObject(hostile)
      if (result.kind === 'valid') return
      for (const { code, path, message } of result.problems) {
        expect(problemCodes).toHaveProperty(code)
        expect(path === '' || path.startsWith('/')).toBe(true)
        expect(message.length).toBeGreaterThan(3)
        expect(message.length).toBeLessThan(2_000)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('long texts are refused in time that grows with their length only', () => {
  const started = performance.now()
  for (const text of [`${'a'.repeat(200_000)}!`, `${'a.'.repeat(100_000)}!`, `${'-'.repeat(200_000)}`]) {
    parseObject({ ...service, metadata: { name: text, labels: { [text]: text } } })
    parseObject({ ...rule, spec: { ...rule.spec, host: text } })
    parseObject(source({ serviceAccounts: [text] }))
  }

  expect(performance.now() - started).toBeLessThan(1_000)
})

/** The object with the value at the nth place, counted through all of it, replaced. */
function replaceAt(value: unknown, position: number, junk: unknown): unknown {
  let left = position
  const copy = (part: unknown): unknown => {
    if (left-- === 0) return junk
    if (Array.isArray(part)) return part.map(copy)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, copy(inner)]))
  }
  return copy(value)
}

test('what is clearly meant comes with the edit that would mend it', () => {
  const field = parseObject({ ...route, specs: {} })
  const version = parseObject({ ...rule, apiVersion: 'networking.istio.io/v1beta1' })

  expect(field).toMatchObject({ problems: [{ repair: { kind: 'rename', path: '/specs', key: 'spec' } }] })
  expect(version).toMatchObject({
    problems: [{ repair: { kind: 'put', path: '/apiVersion', value: 'networking.istio.io/v1' } }],
  })
})
