import type { LiveServerMessage } from '@heddle/shared/api/live'
import { expect, test } from 'vitest'
import { LiveTopics } from './live-topics.ts'

const at = '2026-01-01T00:00:00.000Z'
const event = (sub: string, id: string, data: unknown): LiveServerMessage => ({ type: 'ev', sub, id, at, data })

function subscribed() {
  const seen: unknown[] = []
  const topics = new LiveTopics()
  const sub = topics.add(
    'graph',
    { ns: 'shop' },
    { onSnap: (data) => seen.push(data), onEvent: (data) => seen.push(data) },
  )
  return { topics, sub, seen }
}

test('events after a snapshot arrive once and in order', () => {
  const { topics, sub, seen } = subscribed()

  topics.receive({ type: 'snap', sub, id: 'a-7', data: 'whole' })
  topics.receive(event(sub, 'a-8', 'one'))
  topics.receive(event(sub, 'a-8', 'one again'))

  expect(seen).toEqual(['whole', 'one'])
})

test('a gap asks for the topic again, from the last id that was taken', () => {
  const { topics, sub, seen } = subscribed()
  topics.receive({ type: 'snap', sub, id: 'a-7', data: 'whole' })

  const again = topics.receive(event(sub, 'a-9', 'two'))

  expect(again).toEqual([sub])
  expect(topics.subscribeMessage(sub)).toMatchObject({ lastEventId: 'a-7', params: { ns: 'shop' } })
  expect(seen).toEqual(['whole'])
})

test('a heartbeat that names a later id asks for the topic again', () => {
  const { topics, sub } = subscribed()
  topics.receive({ type: 'snap', sub, id: 'a-7', data: 'whole' })

  expect(topics.receive({ type: 'hb', at, subs: { [sub]: 'a-7' } })).toEqual([])
  expect(topics.receive({ type: 'hb', at, subs: { [sub]: 'a-8' } })).toEqual([sub])
})

test('after a reset the snapshot counts from anew', () => {
  const { topics, sub, seen } = subscribed()
  topics.receive({ type: 'snap', sub, id: 'a-7', data: 'whole' })

  topics.receive({ type: 'reset', sub, reason: 'too far behind' })
  topics.receive(event(sub, 'b-1', 'before its snapshot'))
  topics.receive({ type: 'snap', sub, id: 'b-1', data: 'whole again' })
  topics.receive(event(sub, 'b-2', 'after'))

  expect(seen).toEqual(['whole', 'whole again', 'after'])
})
