import { createServer } from 'node:net'
import { PlainError } from '../task-list.mjs'
import { portHolder } from './port-holder.ts'

export type PortUse = { readonly host: string; readonly port: number; readonly what: string; readonly setting: string }

/** Refuses with one line that names the first port which is taken, who has it, for what it is needed, and how to go on. */
export async function checkPorts(uses: readonly PortUse[]): Promise<void> {
  for (const { host, port, what, setting } of uses) {
    const code = await tryListen(host, port)
    if (code === undefined) continue
    if (code !== 'EADDRINUSE') {
      throw new PlainError(
        `${what} cannot listen on ${host}:${port}: ${code}`,
        `stop what holds it, or set ${setting} to another`,
      )
    }
    const holder = portHolder(host, port)
    throw new PlainError(
      `port ${port} on ${host} is taken${holder ? ` by process ${holder.pid} (${holder.command})` : ''}; ${what} needs it`,
      `${holder ? `end it with kill ${holder.pid}` : 'stop what holds it'}, or set ${setting} to another`,
    )
  }
}

function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? String(error)))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
