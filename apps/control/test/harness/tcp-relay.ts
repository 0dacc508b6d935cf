import { connect, createServer, type Server, type Socket } from 'node:net'

/** A line to a server that a test can cut or freeze, without touching the server. */
export type TcpRelay = AsyncDisposable & {
  readonly port: number
  /** Connections break and new ones are refused, as when the server is gone. */
  cut(): Promise<void>
  /** Nothing passes and nothing breaks, as when packets are dropped on the way. */
  freeze(): void
  mend(): Promise<void>
}

/** Relays to a port on loopback. */
export async function startTcpRelay(target: { readonly host: string; readonly port: number }): Promise<TcpRelay> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let isFrozen = false
  let server: Server | undefined
  let port = 0
  const open = () =>
    new Promise<void>((resolve, reject) => {
      const next = createServer((near) => {
        const far = connect(target)
        const pair = [near, far] as const
        pairs.add(pair)
        if (isFrozen) near.pause()
        else join(near, far)
        for (const socket of pair) {
          socket.setNoDelay(true)
          socket.on('error', () => undefined) // 'close' follows
          socket.on('close', () => {
            near.destroy()
            far.destroy()
            pairs.delete(pair)
          })
        }
      })
      next.once('error', reject)
      next.listen(port, '127.0.0.1', () => {
        const address = next.address()
        if (address !== null && typeof address === 'object') port = address.port
        server = next
        resolve()
      })
    })
  const shut = () =>
    new Promise<void>((resolve) => {
      const closing = server
      server = undefined
      for (const [near, far] of pairs) {
        near.destroy()
        far.destroy()
      }
      if (closing === undefined) resolve()
      else closing.close(() => resolve())
    })
  await open()
  return {
    port,
    cut: shut,
    freeze() {
      isFrozen = true
      for (const [near, far] of pairs) {
        near.unpipe(far).pause()
        far.unpipe(near).pause()
      }
    },
    async mend() {
      if (isFrozen) {
        isFrozen = false
        for (const [near, far] of pairs) join(near, far)
      }
      if (server === undefined) await open()
    },
    [Symbol.asyncDispose]: shut,
  }
}

function join(near: Socket, far: Socket): void {
  near.pipe(far)
  far.pipe(near)
}
