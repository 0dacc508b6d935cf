import { randomInt } from 'node:crypto'

const given = new Set<number>()

/** A port on this run's own address, below those that the system gives away by itself: nobody else comes to listen there. */
export function reservePort(): number {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    if (given.has(port)) continue
    given.add(port)
    return port
  }
}
