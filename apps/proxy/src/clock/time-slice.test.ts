import { expect, test } from 'vitest'
import { inSlices, TimeSlice } from './time-slice.ts'

test('long work lets others have their turn between its steps, and ends with its result', async () => {
  let turns = 0
  let isOver = false
  const turn = () => {
    turns++
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)

  const result = await inSlices(stepsOf(200, () => busy(1)))
  isOver = true

  expect(result).toBe(200)
  expect(turns).toBeGreaterThan(2)
})

test('of several long works one goes on in each turn', async () => {
  const turnsOf: number[] = []
  let turn = 0
  const works = [1, 2, 3].map(() => {
    const slice = new TimeSlice()
    return slice.next().then(() => turnsOf.push(turn))
  })
  const count = () => {
    turn++
    if (turnsOf.length < 3) setImmediate(count)
  }
  setImmediate(count)

  await Promise.all(works)

  expect(new Set(turnsOf).size).toBe(3)
})

test('what a step throws ends the work', async () => {
  const work = inSlices(
    stepsOf(3, () => {
      throw new Error('broken')
    }),
  )

  await expect(work).rejects.toThrow('broken')
})

function* stepsOf(count: number, act: () => void): Generator<undefined, number> {
  for (let step = 0; step < count; step++) {
    act()
    yield
  }
  return count
}

function busy(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}
