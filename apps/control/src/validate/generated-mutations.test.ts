import { parseObject } from '@heddle/shared/model/parse-object'
import { expect, test } from 'vitest'
import { examplePolicies } from '../snapshot/example-mesh.fixture.ts'

// Every place of the example's policies, spoilt in turn: what is misspelt or of another type is never dropped.
type Mutation = { readonly at: string; readonly object: unknown }

/** Maps whose keys are the author's. */
const ownKeys = /\/(labels|annotations|matchLabels)$/

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Calls with each value inside, its pointer, and a way to make the whole anew with another value in its place. */
function places(
  value: unknown,
  at: string,
  whole: (replaced: unknown) => unknown,
  visit: (value: unknown, at: string, whole: (replaced: unknown) => unknown) => void,
): void {
  visit(value, at, whole)
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries())
      places(each, `${at}/${index}`, (replaced) => whole(value.with(index, replaced)), visit)
  } else if (isMap(value)) {
    for (const [key, each] of Object.entries(value))
      places(each, `${at}/${key}`, (replaced) => whole({ ...value, [key]: replaced }), visit)
  }
}

function mutationsOf(object: unknown): Mutation[] {
  const found: Mutation[] = []
  places(
    object,
    '',
    (replaced) => replaced,
    (value, at, whole) => {
      if (isMap(value)) {
        if (!ownKeys.test(at)) found.push({ at, object: whole({ ...value, heddleNoSuchField: 1 }) })
        found.push({ at, object: whole('a text') })
      } else if (Array.isArray(value)) found.push({ at, object: whole({ a: 'map' }) })
      else found.push({ at, object: whole({ a: 'map' }) }, { at, object: whole(['a list']) })
    },
  )
  return found
}

const mutations = examplePolicies().flatMap((object) =>
  mutationsOf(object).map((mutation) => ({ ...mutation, kind: object.kind })),
)

test('an unknown field and a value of another type are refused at every place, by path and with a reason', () => {
  const accepted: string[] = []
  const elsewhere: string[] = []
  for (const { kind, at, object } of mutations) {
    const parsed = parseObject(object)
    if (parsed.kind === 'valid') accepted.push(`${kind} ${at}`)
    else if (!parsed.problems.some(({ path, message }) => isNear(path, at) && message.length > 3))
      elsewhere.push(`${kind} ${at}: ${JSON.stringify(parsed.problems.map(({ path }) => path))}`)
  }

  expect(accepted).toEqual([])
  expect(elsewhere).toEqual([])
  expect(mutations.length).toBeGreaterThan(500)
})

/** The place, something in it, or what it is a part of: a choice between forms is told as a whole. */
function isNear(path: string, at: string): boolean {
  return path === at || path.startsWith(`${at}/`) || at.startsWith(`${path}/`)
}
