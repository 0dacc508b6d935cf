import { expect, test } from 'vitest'
import type { HeaderMutations } from '../mutate/header-mutations.ts'
import { overrideWith } from './compile-filter-overrides.ts'
import type { FilterOverride } from './filter-override.ts'

const off: FilterOverride = { kind: 'disabled', covers: undefined }
const on: FilterOverride = { kind: 'enabled' }
const short: FilterOverride = { kind: 'buffer', bytesMax: 1 }
const long: FilterOverride = { kind: 'buffer', bytesMax: 2 }

test('a filter that a narrower level turns on again has what the widest level says of it', () => {
  expect(joined(short, off, on)).toBe(short)
  expect(joined(short, off, off, on)).toBe(short)
  expect(joined(off, on)).toBe(on)
})

test('a configuration of a narrower level turns a filter on too, and has the last word', () => {
  expect(joined(short, off, long)).toBe(long)
  expect(joined(off, long)).toBe(long)
})

test('a filter that is turned on goes on with what wider levels say of it', () => {
  expect(joined(short, on)).toBe(short)
  expect(joined(on, short)).toBe(short)
})

test('the most specific level that says so turns a filter off', () => {
  expect(joined(short, on, off)).toMatchObject({ kind: 'disabled' })
})

test('mutations of headers act together across a level that turns them off', () => {
  const [wide, narrow] = [mutations(), mutations()]

  const result = joined({ kind: 'header-mutation', levels: [wide] }, off, { kind: 'header-mutation', levels: [narrow] })

  expect(result).toEqual({ kind: 'header-mutation', levels: [narrow, wide] })
})

/** From the widest level to the narrowest. */
function joined(...levels: FilterOverride[]): FilterOverride | undefined {
  return levels
    .map((each): ReadonlyMap<string, FilterOverride> => new Map([['it', each]]))
    .reduce(overrideWith)
    .get('it')
}

function mutations(): HeaderMutations {
  return { request: [], response: [] }
}
