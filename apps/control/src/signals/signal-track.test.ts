import { expect, test } from 'vitest'
import { fineSeconds, SignalTrack } from './signal-track.ts'

test('requests are found in the seconds in which they came', () => {
  const track = new SignalTrack()
  for (let second = 1000; second < 1100; second++) {
    track.write(second, (cell) => {
      cell.requests += 2
    })
  }

  expect(track.sum(1050, 1060, 1100).requests).toBe(20)
  expect(track.sum(0, 1000, 1100).requests).toBe(0)
})

test('beyond the seconds, steps of five answer', () => {
  const track = new SignalTrack()
  const now = 10_000
  for (let second = now - 1000; second < now; second++) track.write(second, (cell) => void cell.requests++)

  expect(track.sum(now - 900, now - 800, now).requests).toBe(100)
  expect(track.sum(now - fineSeconds + 10, now, now).requests).toBe(fineSeconds - 10)
})

test('what is older than an hour is forgotten, not counted again', () => {
  const track = new SignalTrack()
  track.write(1000, (cell) => void cell.requests++)
  track.write(1000 + 3600, (cell) => void cell.requests++)

  expect(track.sum(0, 4700, 4700).requests).toBe(1)
})
