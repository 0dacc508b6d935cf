import assert from 'node:assert/strict'
import { create, toBinary } from '@bufbuild/protobuf'
import {
  ExportLogsRequestSchema,
  ExportMetricsRequestSchema,
} from '@heddle/shared/otlp/generated/heddle/otlp/v1/otlp_pb'
import { DeltaDiscoveryRequestSchema } from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { test } from 'vitest'
import { hasTooManyParts } from './has-too-many-parts.ts'

test('messages are counted at every depth', () => {
  const value = { value: { case: 'stringValue' as const, value: 'b' } }
  const logRecords = [
    {
      attributes: [
        { key: 'a', value },
        { key: 'c', value },
      ],
    },
  ]
  const request = create(ExportLogsRequestSchema, { resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
  const bytes = toBinary(ExportLogsRequestSchema, request)

  const answers = [6, 7].map((max) => hasTooManyParts(ExportLogsRequestSchema, bytes, max))

  assert.deepEqual(answers, [true, false])
})

test('the numbers of a list are counted', () => {
  const positive = { offset: 0, bucketCounts: [1n, 2n, 3n] }
  const data = { case: 'exponentialHistogram' as const, value: { dataPoints: [{ positive }] } }
  const request = create(ExportMetricsRequestSchema, { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ data }] }] }] })
  const bytes = toBinary(ExportMetricsRequestSchema, request)

  const answers = [8, 9].map((max) => hasTooManyParts(ExportMetricsRequestSchema, bytes, max))

  assert.deepEqual(answers, [true, false])
})

test('a number of eight bytes is one', () => {
  const point = { bucketCounts: [1n, 2n, 3n], explicitBounds: [0.1, 0.2] }
  const data = { case: 'histogram' as const, value: { dataPoints: [point] } }
  const request = create(ExportMetricsRequestSchema, { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ data }] }] }] })
  const bytes = toBinary(ExportMetricsRequestSchema, request)

  const answers = [9, 10].map((max) => hasTooManyParts(ExportMetricsRequestSchema, bytes, max))

  assert.deepEqual(answers, [true, false])
})

test('fields that nobody knows are passed over', () => {
  const bytes = Buffer.from([0x78, 1, 0x7a, 2, 0x0a, 0])

  assert.equal(hasTooManyParts(ExportLogsRequestSchema, bytes, 0), false)
})

test('what ends in the middle is no protobuf', () => {
  assert.throws(() => hasTooManyParts(ExportLogsRequestSchema, Buffer.from([0x78]), 1))
})

test('the entries of a map are counted, what is in their values, and texts of a list', () => {
  const request = create(DeltaDiscoveryRequestSchema, {
    node: { metadata: { a: { b: 'c' } } },
    initialResourceVersions: { a: '1', b: '2' },
    resourceNamesSubscribe: ['', 'long enough'],
  })
  const bytes = toBinary(DeltaDiscoveryRequestSchema, request)

  // Node, metadata, a, its struct, b; two versions and two names.
  const answers = [8, 9].map((max) => hasTooManyParts(DeltaDiscoveryRequestSchema, bytes, max))

  assert.deepEqual(answers, [true, false])
})
