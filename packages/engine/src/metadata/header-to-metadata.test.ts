import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { ValueSchema } from '@bufbuild/protobuf/wkt'
import { ConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/header_to_metadata/v3/header_to_metadata_pb'
import { expect, test } from 'vitest'
import { compileHeaderToMetadata } from './compile-header-to-metadata.ts'
import { metadataFrom } from './header-to-metadata.ts'

type Rule = NonNullable<MessageInitShape<typeof ConfigSchema>['requestRules']>[number]

const compile = (...requestRules: Rule[]) =>
  compileHeaderToMetadata(toBinary(ConfigSchema, create(ConfigSchema, { requestRules })), 'filter')

const metadataOf = (onHeaderPresent: Rule['onHeaderPresent'], came: string) => {
  const { request } = compile({
    header: 'x',
    onHeaderPresent: { metadataNamespace: 'n', key: 'k', ...onHeaderPresent },
  })
  return metadataFrom(request, { get: () => came, remove: () => undefined })?.n?.k
}

test.each([
  ['filter.request_rules[0]', { onHeaderPresent: { key: 'k' } }],
  ['filter.request_rules[0]', { header: 'a', cookie: 'b', onHeaderPresent: { key: 'k' } }],
  ['filter.request_rules[0]', { header: 'a' }],
  ['filter.request_rules[0].remove', { cookie: 'a', remove: true, onHeaderPresent: { key: 'k' } }],
  ['filter.request_rules[0].on_header_missing.value', { header: 'a', onHeaderMissing: { key: 'k' } }],
  ['filter.request_rules[0].on_header_present.key', { header: 'a', onHeaderPresent: {} }],
  [
    'filter.request_rules[0].on_header_present.value',
    { header: 'a', onHeaderPresent: { key: 'k', value: 'v', regexValueRewrite: { pattern: { regex: 'a' } } } },
  ],
  [
    'filter.request_rules[0].on_header_present.regex_value_rewrite.pattern',
    { header: 'a', onHeaderPresent: { key: 'k', regexValueRewrite: { pattern: { regex: '(' } } } },
  ],
] as [string, Rule][])('what makes no sense is refused at %s', (path, rule) => {
  expect(() => compile(rule)).toThrow(path)
})

test.each([
  ['a number', { type: 1 }, ' 4.5e1 ', 45],
  ['what is no number', { type: 1 }, '4,5', undefined],
  [
    'a message',
    { type: 2, encode: 1 },
    Buffer.from(toBinary(ValueSchema, create(ValueSchema, { kind: { case: 'boolValue', value: true } }))).toString(
      'base64',
    ),
    true,
  ],
  ['what is no message', { type: 2 }, '\xff\xff', undefined],
  ['what is no base64', { encode: 1 }, 'a b', undefined],
  ['nothing', {}, '', undefined],
  ['what is too long', {}, 'a'.repeat(8192), undefined],
] as const)('%s', (_what, entry, came, expected) => {
  expect(metadataOf(entry, came)).toEqual(expected)
})
