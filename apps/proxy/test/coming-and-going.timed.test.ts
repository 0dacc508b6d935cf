import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { residentMiB } from '../../../bench/cpu-time.ts'
import { type Held, holdConnections } from '../../../bench/held-connections.ts'
import { heddle } from '../../../bench/peers/heddle.ts'
import { bench, freePort, isAccepting, Runners } from '../../../bench/runners.ts'
import { heldScenario } from '../../../bench/scenarios/held.ts'

const atOnce = 1000
const rounds = 14
/** Some 111 with all that V8 takes for itself; 149 where it looks at old objects when they are four times what is alive. */
const residentMaxMiB = 130
/** Fourteen thousand connections are seconds, unless others want the machine. */
const limitMs = 300_000

test(
  'clients that come and go leave no more behind than is soon collected',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'heddle-coming-and-going-'))
    await using runners = new Runners()
    const [listenPort, adminPort, upstreamPort, collectorPort] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ]
    runners.start([process.execPath, bench('upstream.ts'), String(upstreamPort), '128'])
    const setup = { folder, listenPort, adminPort, upstreamPort, collectorPort }
    const command = heddle.command(heldScenario('http1'), setup)
    if (command === undefined) throw new Error('the scenario is not for us')
    const { pid } = runners.start(command.argv, command.env)
    await Promise.all([isAccepting(upstreamPort), isAccepting(listenPort)])

    const resident: number[] = []
    let before: readonly Held[] = []
    for (let round = 0; round < rounds; round++) {
      // They last longer than V8 takes an object for a young one: the last ones go when the next have come.
      const held = await holdConnections('http1', listenPort, atOnce)
      for (const { socket } of before) socket.destroy()
      before = held
      resident.push(residentMiB(pid))
    }
    for (const { socket } of before) socket.destroy()
    rmSync(folder, { recursive: true, force: true })

    console.log(resident.map((mib) => mib.toFixed(0)).join(', '))
    expect(Math.max(...resident)).toBeLessThan(residentMaxMiB)
  },
  limitMs,
)
