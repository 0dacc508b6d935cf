'use client'
import { useLiveConnection } from '#control/live/live-provider.tsx'
import { useLiveState } from '#control/live/use-live-state.ts'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { useNow } from '#ui/use-now.ts'

const shownAfterMs = 15_000

/** After a while without the live stream the pill alone is too quiet. */
export function StreamStrip() {
  const state = useLiveState()
  const connection = useLiveConnection()
  const now = useNow()
  if (state.kind !== 'disconnected' || now - state.since < shownAfterMs) return null
  return (
    <ErrorStrip
      title="The live stream is down"
      detail={`since ${new Date(state.since).toLocaleTimeString()}; pages ask every 5 s instead. Requests go on, with what the proxies have. Nothing can be proposed or approved until it is back; an abort or a rollback is sent all the same`}
      onRetry={() => connection?.resume()}
    />
  )
}
