import { createServer } from 'node:net'

/**
 * A loopback port on which nothing listens. Below the range that the system takes the ports of outgoing connections from:
 * a port of that range may be somebody's by the time that a test listens on it.
 */
export async function refusingPort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = 12_000 + Math.floor(Math.random() * 20_000)
    if (await isFree(port)) return port
  }
  throw new Error('no port is free')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
