import { expect, test } from 'vitest'
import { RevisionTrack } from './revision-track.ts'

const one = { requests: 1, errors: 0, injected: 0 }
const bad = { requests: 1, errors: 1, injected: 0 }

test('the two sides of a rollout are told apart over the same time, and from the time before', () => {
  const track = new RevisionTrack()
  for (let second = 1000; second < 1060; second++) track.add(second, 4, one)
  for (let second = 1060; second < 1080; second++) {
    track.add(second, 4, one)
    track.add(second, 5, bad)
  }

  expect(track.sum(1060, 1080, (revision) => revision === 5)).toEqual({ requests: 20, errors: 20, injected: 0 })
  expect(track.sum(1060, 1080, (revision) => revision !== 5)).toEqual({ requests: 20, errors: 0, injected: 0 })
  expect(track.sum(1000, 1060, () => true)).toEqual({ requests: 60, errors: 0, injected: 0 })
})

test('what is older than an hour is given up, and what comes late finds its step', () => {
  const track = new RevisionTrack()
  for (let second = 0; second < 9000; second += 5) track.add(second, 1, one)

  track.add(8990, 1, one)

  expect(track.sum(0, 9000, () => true).requests).toBeLessThan(800)
  expect(track.sum(8990, 8995, () => true).requests).toBe(2)
})

test('steps that come in turns are one piece each, and revisions that nobody made do not add up', () => {
  const turns = new RevisionTrack()
  for (let report = 0; report < 1000; report++) turns.add(report % 2 === 0 ? 1000 : 995, 1, one)
  const invented = new RevisionTrack()
  for (let revision = 0; revision < 1000; revision++) invented.add(1000, revision, one)

  expect(turns.pieceCount).toBe(2)
  expect(turns.sum(995, 1000, () => true).requests).toBe(500)
  expect(turns.sum(1000, 1005, () => true).requests).toBe(500)
  expect(invented.pieceCount).toBeLessThan(20)
})

test('what is held back for most of an hour does not make the newer ones too old', () => {
  const track = new RevisionTrack()
  for (let second = 0; second < 4000; second += 5) track.add(second, 1, one)

  track.add(1000, 1, one)

  expect(track.sum(1000, 1005, () => true).requests).toBe(2)
  expect(track.sum(400, 4000, () => true).requests).toBe(721)
})
