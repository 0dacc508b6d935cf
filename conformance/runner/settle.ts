import { setTimeout as delay } from 'node:timers/promises'
import { loopback } from './loopback.ts'
import type { ScenarioRun } from './run-scenario.ts'
import type { Expected } from './scenario-expected.ts'

/** What is to stay open is looked at so long after a scenario's last step, however long the run is. */
const settleMs = 1500
/** What is to be closed by then is waited for: a busy machine closes late. */
const closeMaxMs = 15_000
const leaveMaxMs = 15_000
const lookEveryMs = 200

/** Asks a scenario's connections for their fates, when these had their time, and ends what is still open. */
export async function settle({ outcome, clients }: ScenarioRun, { connections }: Expected): Promise<void> {
  await delay(settleMs)
  const end = performance.now() + closeMaxMs
  const isDue = ([name, { fate }]: [string, { fate: string }]) => fate === 'open' && isEnd(connections[name])
  while ([...clients].some(isDue) && performance.now() < end) await delay(lookEveryMs)
  for (const [name, client] of clients) {
    outcome.connections[name] = client.fate
    client.close()
  }
}

function isEnd(expected: Expected['connections'][string] | undefined): boolean {
  return expected === 'closed' || expected === 'reset'
}

/** Waits until the proxy has noticed that its clients are gone: what it logs of them it has logged then. */
export async function untilLeft(adminPort: number): Promise<void> {
  const end = performance.now() + leaveMaxMs
  while (performance.now() < end) {
    const answer = await fetch(`http://${loopback}:${adminPort}/stats?filter=${encodeURIComponent(activeConnections)}`)
    const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.includes('admin'))
    if (lines.every((line) => line.endsWith(': 0'))) return
    await delay(lookEveryMs)
  }
}

const activeConnections = '^listener\\..*\\.downstream_cx_active$'
