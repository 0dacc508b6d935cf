import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CellRing } from './cell-ring.ts'
import { SignalCell } from './signal-cell.ts'

const length = 12
const written = fc.record({
  second: fc.integer({ min: 0, max: 200 }),
  requests: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 60_000, max: 200_000 })),
  bucket: fc.integer({ min: 0, max: 19 }),
  flag: fc.constantFrom('', 'UF', 'FI'),
  revision: fc.integer({ min: 0, max: 3 }),
})

function cellOf({
  requests,
  bucket,
  flag,
  revision,
}: {
  requests: number
  bucket: number
  flag: string
  revision: number
}) {
  const cell = new SignalCell()
  cell.requests = requests
  cell.errors = Math.floor(requests / 2)
  cell.durations[bucket] = requests
  cell.durationSumMs = requests
  if (flag !== '') cell.flag(flag, requests)
  cell.revision(revision)
  return cell
}

test('a ring sums up what a list of everything would, as far back as it reaches', () => {
  fc.assert(
    fc.property(fc.array(written, { maxLength: 60 }), fc.constantFrom(1, 5), (writes, width) => {
      const inOrder = writes.toSorted((a, b) => a.second - b.second)
      const ring = new CellRing(width, length)
      for (const each of inOrder) ring.add(each.second, cellOf(each))
      const until = (Math.floor((inOrder.at(-1)?.second ?? 0) / width) + 1) * width
      const since = until - length * width

      const sum = new SignalCell()
      ring.addTo(sum, since, until)

      const expected = new SignalCell()
      for (const each of inOrder) if (each.second >= since) expected.add(cellOf(each))
      expect({ ...sum, revisions: sum.revisions.toSorted(), durationSumMs: 0 }).toEqual({
        ...expected,
        revisions: expected.revisions.toSorted(),
        durationSumMs: 0,
      })
      // Kept in single precision.
      expect(sum.durationSumMs).toBeCloseTo(expected.durationSumMs, -2)
    }),
    { numRuns: 300 },
  )
})

test('flags and revisions without end are counted as requests and not kept one by one', () => {
  const ring = new CellRing(1, 300)
  for (let index = 0; index < 10_000; index++)
    ring.add(50, cellOf({ requests: 1, bucket: 3, flag: `F${index}`, revision: index }))

  const sum = new SignalCell()
  ring.addTo(sum, 0, 100)

  expect([sum.requests, sum.flags?.size, sum.revisions.length]).toEqual([10_000, 16, 17])
})
