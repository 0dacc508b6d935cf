import { create } from '@bufbuild/protobuf'
import { KeyValueSchema } from '@heddle/shared/otlp/generated/opentelemetry/proto/common/v1/common_pb'
import { expect, test } from 'vitest'
import { readAttributes } from './read-attributes.ts'

const attribute = (key: string, value: string) =>
  create(KeyValueSchema, { key, value: { value: { case: 'stringValue', value } } })

test('a NUL is left out, as the database could not store it', () => {
  expect([...readAttributes([attribute('a\0b', 'c\0d')])]).toEqual([['ab', 'cd']])
})

test('texts and their number have bounds', () => {
  const read = readAttributes(Array.from({ length: 500 }, (_, index) => attribute(`k${index}`, 'x'.repeat(5000))))

  expect(read.size).toBe(64)
  expect(read.get('k0')?.length).toBe(1024)
})
