import { setTimeout as delay } from 'node:timers/promises'
import { loopback } from './loopback.ts'

/** Only what never comes waits so long. */
const heardMaxMs = 30_000
/** What is counted by the main thread reaches the ones that serve a moment later. */
const spreadMs = 50
const lookEveryMs = 200

/** Waits until the proxy's statistics have this line: "name: value". */
export async function untilHeard(adminPort: number, line: string): Promise<void> {
  const end = performance.now() + heardMaxMs
  const name = line.slice(0, line.indexOf(':'))
  let said = ''
  while (performance.now() < end) {
    const lines = (await statistics(adminPort, name)).split('\n')
    if (lines.includes(line)) return delay(spreadMs)
    said = lines.find((each) => each.startsWith(`${name}:`)) ?? 'no such statistic'
  }
  throw new Error(`${line} is not heard; ${said}`)
}

type Look = { readonly names: Set<string>; readonly text: Promise<string> }

const looks = new Map<number, Look>()

/** One look for all that wait: a process that serves every scenario has some hundred thousand statistics to look through. */
function statistics(adminPort: number, name: string): Promise<string> {
  const underWay = looks.get(adminPort)
  if (underWay !== undefined) {
    underWay.names.add(name)
    return underWay.text
  }
  const names = new Set([name])
  const text = delay(lookEveryMs).then(async () => {
    looks.delete(adminPort)
    const filter = encodeURIComponent(`^(${[...names].map(literal).join('|')})$`)
    return (await fetch(`http://${loopback}:${adminPort}/stats?filter=${filter}`)).text()
  })
  looks.set(adminPort, { names, text })
  return text
}

function literal(name: string): string {
  return name.replace(/[^\w]/g, '\\$&')
}
