import { expect, test } from 'vitest'
import { fromMinuteRow, toMinuteRow } from './minute-row.ts'
import { SignalTrack } from './signal-track.ts'

function edge(requests: number) {
  const track = new SignalTrack()
  track.write(120, (cell) => {
    cell.requests = requests
    cell.flag('UF', 2)
    cell.durations[3] = 2
  })
  return {
    reporter: 'source' as const,
    source: { namespace: 'shop', service: 'web' },
    destination: { namespace: 'shop', service: 'cart', version: 'v1' },
    protocol: 'http' as const,
    track,
  }
}

test('a minute is read as it was written', () => {
  const row = toMinuteRow(edge(7), 120, 'replica', 200)

  expect(row && fromMinuteRow(row).cell).toMatchObject({ requests: 7, flags: new Map([['UF', 2]]) })
})

test.each([
  ['a fraction', 6.5, 7],
  ['more than the column holds', 1e15, 2 ** 31 - 1],
])('%s of requests is stored as a number that fits', (_name, requests, stored) => {
  expect(toMinuteRow(edge(requests), 120, 'replica', 200)?.requests).toBe(stored)
})

test('a minute without requests is no row', () => {
  expect(toMinuteRow(edge(7), 180, 'replica', 300)).toBeUndefined()
})
