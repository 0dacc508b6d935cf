import { expect, test } from 'vitest'
import { KeptBudget } from './kept-budget.ts'
import { KeptBytes } from './kept-bytes.ts'

test('bytes go out in their order, as far as the sink takes them, and again after a rewind', () => {
  const { kept } = keeping()
  for (const piece of ['a', 'bc', 'def', 'ghij']) kept.add(Buffer.from(piece))

  const slow = new Sink(1)
  const hadRoom = kept.sendTo(slow)
  const first = slow.text
  kept.add(Buffer.from('kl'))
  slow.roomFor = 99
  kept.sendTo(slow)
  const again = new Sink(99)
  kept.rewind()
  kept.sendTo(again)

  expect(hadRoom).toBe(false)
  expect('abcdefghijkl'.startsWith(first)).toBe(true)
  expect([slow.text, again.text, kept.unsent]).toEqual(['abcdefghijkl', 'abcdefghijkl', 0])
})

test('what is added as sent goes out only after a rewind, and what is behind it only once', () => {
  const { kept } = keeping()
  const sink = new Sink(99)
  kept.addSent(Buffer.from('sent'))
  kept.add(Buffer.from('behind'))

  kept.sendTo(sink)
  const first = sink.text
  kept.rewind()
  kept.sendTo(sink)

  expect([first, sink.text]).toEqual(['behind', 'behindsentbehind'])
})

test('the sink gets no empty piece: it would end a chunked body', () => {
  const { kept } = keeping()
  const sink = new Sink(99)
  kept.addSent(Buffer.alloc(100, 'x'))
  kept.add(Buffer.alloc(100, 'y'))

  kept.sendTo(sink)

  expect(sink.sizes).not.toContain(0)
})

test('what is sent can be dropped, and what is not is still there', () => {
  const { kept, budget } = keeping()
  const sink = new Sink(1)
  for (let piece = 0; piece < 4; piece++) kept.add(Buffer.alloc(64 * 1024, String(piece)))

  kept.sendTo(sink)
  kept.dropSent()
  const held = budget.bytes
  sink.roomFor = 99
  kept.sendTo(sink)
  kept.dropSent()

  expect(held).toBe(3 * 64 * 1024)
  expect(sink.text).toBe(['0', '1', '2', '3'].map((each) => each.repeat(64 * 1024)).join(''))
  expect(budget.bytes).toBe(0)
})

test('a body that comes byte by byte costs little more than its bytes', () => {
  const { kept, budget } = keeping()
  const before = process.memoryUsage().heapUsed

  for (let byte = 0; byte < 1_000_000; byte++) kept.add(Buffer.from('x'))

  expect(budget.bytes).toBeLessThan(1_000_000 + 64 * 1024)
  expect(kept.takeAll().length).toBeLessThan(50)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024)
})

test('whatever happened, nothing is counted when nothing is kept', () => {
  const { kept, budget, connection } = keeping()
  kept.add(Buffer.alloc(70_000))
  kept.addSent(Buffer.alloc(0))
  kept.sendTo(new Sink(0))
  kept.clear()
  kept.addSent(Buffer.alloc(5))
  kept.takeAll()
  kept.clear()

  expect([budget.bytes, connection.keptBytes, kept.bytes, kept.unsent]).toEqual([0, 0, 0, 0])
})

function keeping() {
  const budget = new KeptBudget(1024 * 1024)
  const connection = { keptBytes: 0 }
  return { kept: new KeptBytes(budget, { connection }), budget, connection }
}

class Sink {
  roomFor: number
  text = ''
  readonly sizes: number[] = []

  constructor(roomFor: number) {
    this.roomFor = roomFor
  }

  sendData(chunk: Buffer): boolean {
    this.text += chunk.toString('latin1')
    this.sizes.push(chunk.length)
    return --this.roomFor > 0
  }
}
