import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { residentMiB } from '../../../bench/cpu-time.ts'
import { heddle } from '../../../bench/peers/heddle.ts'
import { freePort, isAccepting, Runners } from '../../../bench/runners.ts'
import { scenarios } from '../../../bench/scenarios/scenarios.ts'

/** 70 MB. */
const restMaxMiB = 70_000_000 / 1024 / 1024
/** By then a start has done all that it does by itself. */
const restMs = 5000

test('a sidecar with nothing to do holds at most 70 MB, whatever it is set up for', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-at-rest-'))
  await using runners = new Runners()
  const started = []
  for (const scenario of scenarios) {
    const [listenPort, adminPort, upstreamPort, collectorPort] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ]
    const command = heddle.command(scenario, { folder, listenPort, adminPort, upstreamPort, collectorPort })
    if (command === undefined) throw new Error(`${scenario.name} is not for us`)
    started.push({ name: scenario.name, ...runners.start(command.argv, command.env) })
    await isAccepting(listenPort)
  }

  await delay(restMs)
  const held = started.map(({ name, pid }) => ({ name, mib: residentMiB(pid) }))
  rmSync(folder, { recursive: true, force: true })

  console.log(held.map(({ name, mib }) => `${name} ${mib.toFixed(1)}`).join(', '))
  expect(held.filter(({ mib }) => mib > restMaxMiB || mib === 0)).toEqual([])
})
