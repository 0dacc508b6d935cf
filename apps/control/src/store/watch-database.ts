import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { cutOff } from './cut-off.ts'

/** Whether the database answers, asked again and again on a connection of its own, which also hears notifications. */
export type DatabaseWatch = AsyncDisposable & { isAway(): boolean }

export type WatchOptions = {
  readonly url: string
  readonly channel: string
  readonly onNotification: (payload: string) => void
  /** Notifications come from now on: at the start, and after each time that they could not. */
  readonly onListening: () => void
  /** When it was last heard on another connection, by `performance.now()`. */
  readonly heardAt: () => number
  /** It does not answer: what waits for it need not wait on. */
  readonly onAway: () => void
  /** It does again. */
  readonly onBack: () => void
}

const everyMs = 400
/** Within two seconds callers get their answer; a database that hangs is away as much as one that is gone. */
const slowMs = 1200
/** A server that is only busy, or a machine that is, is waited for so long before it is asked on a new connection. */
const lostMs = 5000

/**
 * Nobody tells a client that a server has vanished: with packets dropped on the way a query waits for minutes. So it is
 * asked twice a second.
 *
 * ```
 *   answers ──nothing heard on any connection for 1.2 s, or refused──▶ away: all that waits fails, new work is refused
 *      ▲                                                                │
 *      └─────────────────the answer, or one on a new connection─────────┘
 * ```
 */
export function watchDatabase({ url, channel, ...on }: WatchOptions): DatabaseWatch {
  const stopped = new AbortController()
  let client: Client | undefined
  let isAway = false

  const turn = (away: boolean) => {
    if (isAway === away || stopped.signal.aborted) return
    isAway = away
    if (away) on.onAway()
    else on.onBack()
  }
  const whenSlow = (since: number) => {
    // On a busy machine the question may wait while other answers come.
    if (on.heardAt() < since) turn(true)
  }
  const open = async (): Promise<Client> => {
    const next = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: lostMs })
    next.on('error', () => undefined) // the next question fails
    next.on('notification', ({ payload = '' }) => on.onNotification(payload))
    await answered(next.connect(), next, whenSlow)
    await answered(next.query(`LISTEN ${channel}`), next, whenSlow)
    on.onListening()
    return next
  }
  const ask = async () => {
    if (client !== undefined) {
      const known = client
      client = undefined
      try {
        await answered(known.query('SELECT 1'), known, whenSlow)
        client = known
        return
      } catch (error) {
        if (error instanceof NoAnswer) throw error
      }
    }
    // A connection that broke says nothing about the server: a new one does.
    client = await open()
  }
  const run = async () => {
    while (!stopped.signal.aborted) {
      try {
        await ask()
        turn(false)
      } catch {
        turn(true)
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

class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** Rejects when it takes too long, and ends the connection: its answer would be taken for that of a later question. */
async function answered<Value>(
  asked: Promise<Value>,
  client: Client,
  whenSlow: (since: number) => void,
): Promise<Value> {
  const start = performance.now()
  const slow = setTimeout(() => afterTwoTurns(() => whenSlow(start)), slowMs)
  let lost: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    lost = setTimeout(() => afterTwoTurns(() => reject(new NoAnswer())), lostMs)
  })
  let isOver = false
  // After a long stop of our own the answer may lie unread in the socket.
  function afterTwoTurns(run: () => void): void {
    setImmediate(() => setImmediate(() => isOver || run()))
  }
  try {
    return await Promise.race([asked, late])
  } catch (error) {
    asked.catch(() => undefined)
    cutOff(client)
    throw error
  } finally {
    isOver = true
    clearTimeout(slow)
    clearTimeout(lost)
  }
}
