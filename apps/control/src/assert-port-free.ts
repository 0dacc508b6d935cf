import { createServer } from 'node:net'

/** A port cannot be listened on; the message says which, why, and how to move it. */
export class PortUnusable extends Error {
  override readonly name = 'PortUnusable'
  readonly code = 'port_unusable'
}

/** Tried before anything is started, so that nothing is half started. */
export async function assertPortFree(host: string, port: number, setting: string): Promise<void> {
  const code = await new Promise<string | undefined>((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? String(error)))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
  if (code === 'EADDRINUSE') throw new PortUnusable(`port ${port} on ${host} is taken; set ${setting} to another`)
  if (code !== undefined)
    throw new PortUnusable(`cannot listen on ${host}:${port} (${code}); see HEDDLE_BIND, ${setting}`)
}
