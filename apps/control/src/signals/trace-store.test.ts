import { expect, test } from 'vitest'
import { type Span, TraceStore } from './trace-store.ts'

function span(traceId: string, note: string): Span {
  const times = { startMs: 1, endMs: 2 }
  return {
    traceId,
    spanId: 'a',
    parentSpanId: '',
    name: 'GET',
    kind: 2,
    ...times,
    isError: false,
    service: 'web',
    attributes: { note },
  }
}

test('long spans take the place of the oldest traces, however few they are', () => {
  const store = new TraceStore()
  const note = 'x'.repeat(1024 * 1024)

  for (let index = 0; index < 200; index++) store.add(span(String(index), note))

  expect(store.find('0')).toEqual([])
  expect(store.find('199')).toHaveLength(1)
  expect(store.newest(1000).length).toBeLessThan(65)
})
