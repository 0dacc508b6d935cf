import { expect, test } from 'vitest'
import { decodeRuntimeLayer } from '../config/decode-runtime-layer.ts'
import { RuntimeLayers } from './runtime-layers.ts'

const newLayers = () =>
  new RuntimeLayers([
    { kind: 'static', name: 'fixed', values: decodeRuntimeLayer({ a: 1, b: 2 }, 'fixed') },
    { kind: 'admin', name: 'hand' },
  ])
const textsOf = ({ values }: RuntimeLayers) => Object.fromEntries([...values].map(([key, { text }]) => [key, text]))

test('what an administrator sets stands over the other layers until it is taken back', async () => {
  const layers = newLayers()
  let changes = 0
  layers.onChange(async () => void changes++)

  await layers.override([
    ['a', '5'],
    ['c', '{numerator: 1, denominator: MILLION}'],
  ])
  const set = textsOf(layers)
  await layers.override([['a', '']])

  expect(set).toEqual({ a: '5', b: '2', c: '{numerator: 1, denominator: MILLION}' })
  expect(textsOf(layers)).toEqual({ a: '1', b: '2', c: '{numerator: 1, denominator: MILLION}' })
  expect(layers.values.get('c')?.share).toBe(0.000001)
  expect(layers.hasOverrides).toBe(true)
  expect(changes).toBe(2)
})

test('of several values all are set or none', async () => {
  const layers = newLayers()
  const before = layers.values

  await expect(
    layers.override([
      ['a', '5'],
      ['upstream.use_retries', '0'],
    ]),
  ).rejects.toThrow('upstream.use_retries: not supported yet')
  expect(layers.values).toBe(before)
  await expect(new RuntimeLayers([]).override([['a', '1']])).rejects.toThrow('No admin layer specified')
})

test('another process has the same when it is told what this one was', async () => {
  const [first, second] = [newLayers(), newLayers()]
  await first.override([
    ['a', '5'],
    ['half', 'numerator: 50'],
  ])

  for (const layer of first.pushed) await second.take(layer)

  expect([...second.values]).toEqual([...first.values])
})
