import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { cutOff } from './cut-off.ts'

/** Whether the database answers, asked again and again on a connection of its own, which also hears notifications. */
export type DatabaseWatch = AsyncDisposable & { isAway(): boolean }

export type WatchOptions = {
  readonly url: string
  readonly channel: string
  readonly onNotification: () => void
  /** It does not answer any more: what waits for it need not wait on. */
  readonly onAway: () => void
  readonly onBack: () => void
}

const everyMs = 400
/** A database that hangs is away as much as one that is gone. */
const answerMs = 1200

/**
 * Nobody tells a client that a server has vanished: with packets dropped on the way a query waits for minutes. So it is
 * asked twice a second, and is away when it does not answer.
 */
export function watchDatabase({ url, channel, onNotification, onAway, onBack }: WatchOptions): DatabaseWatch {
  const stopped = new AbortController()
  let client: Client | undefined
  let isAway = false

  const open = async (): Promise<Client> => {
    const next = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: answerMs })
    next.on('error', () => undefined) // the next question fails
    next.on('notification', onNotification)
    await answered(next.connect(), next)
    await answered(next.query(`LISTEN ${channel}`), next)
    // What was told while nobody listened.
    onNotification()
    return next
  }
  const ask = async () => {
    client ??= await open()
    await answered(client.query('SELECT 1'), client)
  }
  const run = async () => {
    while (!stopped.signal.aborted) {
      try {
        await ask()
        if (isAway) onBack()
        isAway = false
      } catch {
        client = undefined
        if (!isAway && !stopped.signal.aborted) {
          isAway = true
          onAway()
        }
      }
      await delay(everyMs, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  }
  const running = run()
  return {
    isAway: () => isAway,
    async [Symbol.asyncDispose]() {
      stopped.abort()
      cutOff(client)
      await running
    },
  }
}

/** Rejects when it takes too long, and ends the connection: its answer would be taken for that of a later question. */
async function answered<Value>(asked: Promise<Value>, client: Client): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // Two turns: after a long stop of our own the answer may lie unread in the socket.
      setImmediate(() => setImmediate(() => reject(new Error('no answer'))))
    }, answerMs)
  })
  try {
    return await Promise.race([asked, late])
  } catch (error) {
    asked.catch(() => undefined)
    cutOff(client)
    throw error
  } finally {
    clearTimeout(timer)
  }
}
