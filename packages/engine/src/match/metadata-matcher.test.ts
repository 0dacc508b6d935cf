import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { MetadataMatcherSchema } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/metadata_pb'
import { expect, test } from 'vitest'
import { compileMetadataMatcher } from './compile-metadata-matcher.ts'
import { metadataValue } from './metadata-matcher.ts'

const segment = { segment: { case: 'key', value: 'k' } } as const
const present = { matchPattern: { case: 'presentMatch', value: true } } as const

test.each([
  ['m.filter', { path: [segment], value: present }],
  ['m.path', { filter: 'n', value: present }],
  ['m.path[0].key', { filter: 'n', path: [{}], value: present }],
  ['m.value', { filter: 'n', path: [segment] }],
  ['m.value', { filter: 'n', path: [segment], value: {} }],
  ['m.value.list_match', { filter: 'n', path: [segment], value: { matchPattern: { case: 'listMatch', value: {} } } }],
  [
    'm.value.or_match.value_matchers',
    { filter: 'n', path: [segment], value: { matchPattern: { case: 'orMatch', value: { valueMatchers: [present] } } } },
  ],
] as [string, MessageInitShape<typeof MetadataMatcherSchema>][])(
  'what makes no sense is refused at %s',
  (path, fields) => {
    expect(() => compileMetadataMatcher(create(MetadataMatcherSchema, fields), 'm')).toThrow(path)
  },
)

test('what an object inherits is no metadata', () => {
  expect(metadataValue({ n: {} }, 'n', ['constructor'])).toBeUndefined()
  expect(metadataValue({}, 'toString', ['name'])).toBeUndefined()
})
