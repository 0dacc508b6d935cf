import { randomUUID } from 'node:crypto'
import { toMinuteRow } from '../signals/minute-row.ts'
import type { SignalStore } from '../signals/signal-store.ts'
import type { Store } from '../store/open-store.ts'
import { deleteSignalMinutes, insertSignalMinutes } from '../store/signal-minutes.ts'
import { tellTelemetry } from '../store/telemetry-known.ts'

const keptDays = 30
/** Proxies report a second late, and may be a few behind. */
const lateSeconds = 5
/** Memory holds an hour; what could not be written within it is lost. */
const behindMaxSeconds = 3300
/** It is believed for a day. */
const tellAgainSeconds = 3600

/** Writes each minute that is over to the database, and that there are reports at all. While it is away, minutes wait in memory and are written later. */
export function keepSignalHistory(signals: SignalStore, store: Store): AsyncDisposable {
  const replica = randomUUID()
  let next = minuteOf(signals.now())
  let hour = 0
  let toldAt = 0
  let running: Promise<void> | undefined
  const write = async () => {
    const now = signals.now()
    if (signals.lastReportAt > toldAt + tellAgainSeconds) {
      await tellTelemetry(store, replica)
      toldAt = now
    }
    next = Math.max(next, minuteOf(now - behindMaxSeconds))
    for (; next + 60 + lateSeconds <= now; next += 60) {
      const minute = next
      const rows = [...signals.allEdges()]
        .map((edge) => toMinuteRow(edge, minute, replica, now))
        .filter((row) => row !== undefined)
      if (rows.length > 0) await insertSignalMinutes(store, rows)
    }
    signals.prune()
    if (Math.floor(now / 3600) === hour) return
    await deleteSignalMinutes(store, new Date((now - keptDays * 86_400) * 1000))
    hour = Math.floor(now / 3600)
  }
  const timer = setInterval(() => {
    // The database being away is shown elsewhere; `next` stays where it is.
    running ??= write()
      .catch(() => undefined)
      .finally(() => {
        running = undefined
      })
  }, 2000)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await running
    },
  }
}

function minuteOf(second: number): number {
  return Math.floor(second / 60) * 60
}
