import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OpenStreams } from './open-streams.ts'

type Stream = { readonly id: number }
const streamOf = (id: number): Stream => ({ id })

test('it holds what a map would hold, whatever comes and goes', () => {
  // Ids of one side count up; which of the open ones ends next is anybody's guess.
  const steps = fc.array(
    fc.record({ skip: fc.integer({ min: 0, max: 300 }), ends: fc.array(fc.nat(), { maxLength: 3 }) }),
    {
      maxLength: 400,
    },
  )
  fc.assert(
    fc.property(steps, (all) => {
      const streams = new OpenStreams<Stream>()
      const model = new Map<number, Stream>()
      let nextId = 1
      for (const { skip, ends } of all) {
        const stream = streamOf(nextId)
        nextId += 2 + 2 * skip
        streams.add(stream)
        model.set(stream.id, stream)
        for (const end of ends) {
          const gone = [...model.values()][end % Math.max(1, model.size)]
          if (gone === undefined) continue
          streams.remove(gone)
          model.delete(gone.id)
          expect(streams.get(gone.id)).toBeUndefined()
        }
        expect(streams.size).toBe(model.size)
      }
      expect(streams.all()).toEqual([...model.values()])
      for (const [id, stream] of model) expect(streams.get(id)).toBe(stream)
    }),
    { numRuns: 200 },
  )
})

test('one stream that lasts does not keep others from its place', () => {
  const streams = new OpenStreams<Stream>()
  const lasting = streamOf(1)
  streams.add(lasting)
  for (let id = 3; id < 10_001; id += 2) {
    const stream = streamOf(id)
    streams.add(stream)
    expect([streams.get(id), streams.get(1), streams.size]).toEqual([stream, lasting, 2])
    streams.remove(stream)
  }
  expect(streams.all()).toEqual([lasting])
})

test('a stream that is not in there is not taken out', () => {
  const streams = new OpenStreams<Stream>()
  streams.add(streamOf(1))
  streams.remove(streamOf(513))
  expect([streams.size, streams.get(513)]).toEqual([1, undefined])
})
