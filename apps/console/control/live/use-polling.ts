'use client'
import { useSyncExternalStore } from 'react'
import { useLiveConnection } from './live-provider.tsx'

const pollMs = 5_000
const never = () => () => undefined

/** The `refetchInterval` of what else arrives live: every five seconds while the stream is down, otherwise not at all. */
export function usePolling(): number | false {
  const connection = useLiveConnection()
  // Only the kind: a reader must not draw anew with every message.
  const read = () => connection?.state().kind
  const kind = useSyncExternalStore(connection?.onState ?? never, read, () => undefined)
  return kind === 'disconnected' || kind === 'connecting' ? pollMs : false
}
