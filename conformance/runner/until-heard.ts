import { setTimeout as delay } from 'node:timers/promises'
import { loopback } from './loopback.ts'

const heardMaxMs = 5000
/** What is counted by the main thread reaches the ones that serve a moment later. */
const spreadMs = 50
const lookEveryMs = 200

/** Waits until the proxy's statistics have this line: one of a scenario that reads files, which its name says. */
export async function untilHeard(adminPort: number, line: string): Promise<void> {
  const end = performance.now() + heardMaxMs
  const name = line.slice(0, line.indexOf(':'))
  let said = ''
  while (performance.now() < end) {
    const lines = (await statistics(adminPort)).split('\n')
    if (lines.includes(line)) return delay(spreadMs)
    said = lines.find((each) => each.startsWith(`${name}:`)) ?? 'no such statistic'
  }
  throw new Error(`${line} is not heard; ${said}`)
}

const looks = new Map<number, Promise<string>>()

/** One look for all that wait: a process that serves every scenario has some hundred thousand statistics to look through. */
function statistics(adminPort: number): Promise<string> {
  const underWay = looks.get(adminPort)
  if (underWay !== undefined) return underWay
  const look = delay(lookEveryMs).then(async () => {
    looks.delete(adminPort)
    return (await fetch(`http://${loopback}:${adminPort}/stats?filter=files-`)).text()
  })
  looks.set(adminPort, look)
  return look
}
