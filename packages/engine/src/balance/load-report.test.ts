import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { expect, test } from 'vitest'
import { readBinaryReport, readLoadReport } from './load-report.ts'

const bytes = new BinaryWriter()
  .tag(9, WireType.Bit64)
  .double(0.5)
  .tag(3, WireType.Varint)
  .uint64(7n)
  .tag(8, WireType.LengthDelimited)
  .bytes(new BinaryWriter().tag(1, WireType.LengthDelimited).string('queue').tag(2, WireType.Bit64).double(3).finish())
  .finish()
const base64 = Buffer.from(bytes).toString('base64')
const seen = { application_utilization: 0.5, 'named_metrics.queue': 3 }

test.each([
  ['text', 'TEXT application_utilization=0.5, named_metrics.queue:3'],
  ['JSON', 'JSON {"applicationUtilization": 0.5, "named_metrics": {"queue": 3}}'],
  ['bytes', `BIN ${base64}`],
])('a report as %s', (_form, text) => {
  expect(Object.fromEntries(readLoadReport(text) ?? [])).toEqual(seen)
})

test('a report as bytes in a field of its own; fields that nobody looks at are passed over', () => {
  expect(Object.fromEntries(readBinaryReport(base64) ?? [])).toEqual(seen)
})

test.each([
  '',
  'TEXT',
  'text eps=1',
  'TEXT eps',
  'TEXT eps=',
  'TEXT eps=1,eps=1',
  'TEXT eps=-1',
  'TEXT eps=NaN',
  'TEXT eps=1 2',
  'TEXT requests=1',
  `TEXT ${'eps=1,'.repeat(2000)}`,
  'JSON 1',
  'JSON {',
  'JSON {"eps": "1"}',
  'JSON {"requests": 1}',
  `BIN ${base64.slice(0, 8)}`,
  'BIN AAAA',
])('%j is no report', (text) => {
  expect(readLoadReport(text)?.get('eps')).toBeUndefined()
})
