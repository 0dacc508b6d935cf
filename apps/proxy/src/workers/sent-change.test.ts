import { create, toBinary } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { expect, test } from 'vitest'
import { type HeldResources, heldOf } from '../resources/held-resources.ts'
import { sentChange } from './sent-change.ts'
import { SentIntake } from './sent-intake.ts'
import { SentResources } from './sent-resources.ts'

const first = holding(['a', 1], ['b', 1], ['c', 1])
const second: HeldResources = {
  ...first,
  cluster: new Map([...first.cluster].flatMap(([name, one]) => (name === 'c' ? [] : [[name, one] as const]))),
}
const third: HeldResources = { ...second, cluster: new Map([...second.cluster, ...holding(['b', 2]).cluster]) }

test('only what has changed is sent, and all of it by a leader that is new', () => {
  const changes = [sentChange(undefined, first), sentChange(first, second), sentChange(second, third)]

  expect(changes.map(({ isWhole }) => isWhole)).toEqual([true, false, false])
  expect(changes.map(({ changed }) => changed.map(({ name }) => name))).toEqual([['a', 'b', 'c'], [], ['b']])
  expect(changes.map(({ removed }) => removed.map(({ name }) => name))).toEqual([[], ['c'], []])
})

test('a worker that begins later holds what the others do', async () => {
  const sent = new SentResources()
  const seen: HeldResources[] = []
  const early = new SentIntake(async (held) => void seen.push(held))
  const late = new SentIntake(async (held) => void seen.push(held))
  for (const change of [sentChange(undefined, first), sentChange(first, second), sentChange(second, third)]) {
    sent.take(change)
    await early.take(change)
  }

  await late.take(sent.whole())

  expect(versionsOf(seen.at(-1))).toEqual({ a: '1', b: '2' })
  expect(versionsOf(seen.at(-2))).toEqual({ a: '1', b: '2' })
})

test('what stays the same stays the same object, also when a new leader sends all of it', async () => {
  const seen: HeldResources[] = []
  const worker = new SentIntake(async (held) => void seen.push(held))

  await worker.take(sentChange(undefined, first))
  await worker.take(sentChange(undefined, third))

  expect(seen[1]?.cluster.get('a')).toBe(seen[0]?.cluster.get('a'))
  expect(versionsOf(seen[1])).toEqual({ a: '1', b: '2' })
})

test('what one worker could not put into force is what the next change builds on', async () => {
  let fails = true
  const seen: HeldResources[] = []
  const worker = new SentIntake(async (held) => {
    if (fails) throw new Error('cannot listen')
    seen.push(held)
  })

  await expect(worker.take(sentChange(undefined, first))).rejects.toThrow('cannot listen')
  fails = false
  await worker.take(sentChange(first, third))

  expect(versionsOf(seen[0])).toEqual({ a: '1', b: '2' })
})

function holding(...clusters: readonly (readonly [name: string, version: number])[]): HeldResources {
  return heldOf(
    clusters.map(([name, version]) => ({
      kind: 'cluster',
      name,
      version: String(version),
      bytes: toBinary(
        ClusterSchema,
        create(ClusterSchema, {
          name,
          connectTimeout: { seconds: BigInt(version) },
          loadAssignment: { clusterName: name },
        }),
      ),
    })),
  )
}

function versionsOf(held: HeldResources | undefined): Record<string, string> {
  return Object.fromEntries([...(held?.cluster ?? [])].map(([name, { version }]) => [name, version]))
}
