import { connect } from 'node:net'

/** What came back on a connection until the server closed it, or until `until` says that it is enough. */
export type RawAnswer = { readonly text: string; readonly status: number; readonly closed: boolean }

/** Writes bytes on a new connection as they are: for requests that no client library would send. */
export function rawExchange(
  port: number,
  wire: string | readonly string[],
  options: { readonly until?: (text: string) => boolean; readonly limitMs?: number; readonly host?: string } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: options.host ?? '127.0.0.1', noDelay: true })
    let text = ''
    let isOver = false
    const end = (closed: boolean) => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      socket.destroy()
      resolve({ text, closed, status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0) })
    }
    const timer = setTimeout(() => end(false), options.limitMs ?? 5000)
    socket.on('connect', () => {
      for (const part of typeof wire === 'string' ? [wire] : wire) socket.write(part, 'latin1')
    })
    socket.on('data', (part) => {
      text += part.toString('latin1')
      if (options.until?.(text)) end(false)
    })
    socket.on('close', () => end(true))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') {
        clearTimeout(timer)
        reject(error)
      } else end(true)
    })
  })
}
