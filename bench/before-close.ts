import type { Socket } from 'node:net'

const limitMs = 30_000

/** Waits for an answer; fails when its connection ends first, or nothing comes for half a minute. */
export async function beforeClose(answered: Promise<unknown>, socket: Socket): Promise<void> {
  let stop: (why: Error) => void = () => undefined
  const failed = new Promise<never>((_resolve, reject) => {
    stop = reject
  })
  const onClose = () => stop(new Error('the connection was closed'))
  const timer = setTimeout(() => stop(new Error('no answer within 30 s')), limitMs)
  socket.once('close', onClose)
  if (socket.destroyed) onClose()
  try {
    await Promise.race([answered, failed])
  } finally {
    clearTimeout(timer)
    socket.off('close', onClose)
  }
}
