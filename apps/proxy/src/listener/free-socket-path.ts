import { unlink } from 'node:fs/promises'
import { connect } from 'node:net'

/** Takes away the file of a unix socket that nobody listens on any more: its process ended without doing so. */
export async function freeSocketPath(path: string): Promise<void> {
  if (path.startsWith('\0') || (await isServed(path))) return
  await unlink(path).catch(() => undefined)
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    // Only a refusal says that it is left over: what is not there, or is no socket, is not ours to take away.
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED'))
  })
}
