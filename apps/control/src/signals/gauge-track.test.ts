import { expect, test } from 'vitest'
import { GaugeTrack } from './gauge-track.ts'

test('a span tells its largest value, and one in which nothing was said tells none', () => {
  const track = new GaugeTrack()
  track.write(1000, 3)
  track.write(1001, 9)
  track.write(1010, 1)

  expect(track.largest(1000, 1005)).toBe(9)
  expect(track.largest(1005, 1010)).toBeUndefined()
  expect(track.newest).toBe(1)
})

test('an hour later the value is forgotten', () => {
  const track = new GaugeTrack()
  track.write(1000, 3)
  track.write(4600, 1)

  expect(track.largest(1000, 1005)).toBeUndefined()
})
