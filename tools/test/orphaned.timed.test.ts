import { eventually } from '@heddle/testkit/eventually'
import { expect, test } from 'vitest'
import { StartedSystem } from './started-system.ts'

/** A machine that others use as well takes its time. */
const limitMs = 90_000

/** Starts by `npm start`, and waits until there is something to be left behind. */
async function running(system: StartedSystem): Promise<void> {
  system.startByNpm()
  await eventually(async () => /✓ (Control plane|Services)/.test(system.output), limitMs).catch((error: Error) => {
    throw new Error(`${error.message}\n${system.output}`)
  })
}

const isGone = (system: StartedSystem) => eventually(async () => system.processes().length === 0, limitMs)

test.each([
  ['npm is told to end', 'npm', 'SIGTERM'],
  ['npm is killed outright', 'npm', 'SIGKILL'],
  ['what npm runs is killed outright', 'start.mjs', 'SIGKILL'],
  ['what starts the processes is killed outright', 'start.ts', 'SIGKILL'],
] as const)('nothing stays when %s alone', { timeout: 240_000 }, async (_case, who, signal) => {
  await using system = await StartedSystem.prepare(0)
  await running(system)
  const before = system.processes().length

  process.kill(system.pidOf(who), signal)

  await isGone(system)
  expect(before).toBeGreaterThan(3)
})

test('nothing stays when the terminal is closed and takes no more words', { timeout: 240_000 }, async () => {
  await using system = await StartedSystem.prepare(0)
  await running(system)

  system.closeTerminal()

  await isGone(system)
})

test('a second start on the same data folder says what runs there, and leaves it alone', {
  timeout: 240_000,
}, async () => {
  await using system = await StartedSystem.prepare(0)
  await running(system)
  await using second = system.again()
  second.start()

  const code = await second.ended()

  expect([code, second.output]).toEqual([1, expect.stringContaining(`as process ${system.pidOf('start.ts')}`)])
  expect(await fetch(`${system.controlUrl}/healthz/ready`)).toMatchObject({ status: 200 })
})
