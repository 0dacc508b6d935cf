import { expect, test } from 'vitest'
import { revealCamera } from './reveal-camera.ts'

const space = { width: 400, height: 300 }

test('what is seen already moves nothing', () => {
  const view = { zoom: 1, pan: { x: 20, y: 30 } }

  const next = revealCamera(view, { x1: 10, y1: 10, x2: 200, y2: 100 }, space, 10)

  expect(next).toEqual(view)
})

test('what is beyond a side comes in, just as far as the margin', () => {
  const view = { zoom: 0.5, pan: { x: 0, y: 0 } }

  const next = revealCamera(view, { x1: 700, y1: -100, x2: 900, y2: 0 }, space, 10)

  expect(next).toEqual({ zoom: 0.5, pan: { x: 390 - 450, y: 10 + 50 } })
})

test('what is larger than the space is looked at from further off, whole', () => {
  const box = { x1: 0, y1: 0, x2: 1000, y2: 100 }

  const { zoom, pan } = revealCamera({ zoom: 1, pan: { x: 0, y: 0 } }, box, space, 10)

  expect(zoom).toBe(0.38)
  expect(box.x1 * zoom + pan.x).toBeCloseTo(10)
  expect(box.x2 * zoom + pan.x).toBeCloseTo(390)
  expect(box.y1 * zoom + pan.y).toBeGreaterThanOrEqual(10)
  expect(box.y2 * zoom + pan.y).toBeLessThanOrEqual(290)
})

test('a space without room still answers with a view', () => {
  const { zoom } = revealCamera(
    { zoom: 1, pan: { x: 0, y: 0 } },
    { x1: 0, y1: 0, x2: 10, y2: 10 },
    { width: 0, height: 0 },
    40,
  )

  expect(zoom).toBeGreaterThan(0)
})
