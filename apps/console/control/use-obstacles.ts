'use client'
import { useSyncExternalStore } from 'react'
import { useLiveConnection } from './live/live-provider.tsx'
import { useStaleSince } from './stale/use-stale-since.ts'

const never = () => () => undefined

/** What the state of things has against an action, whoever the reader is; undefined: nothing. */
export type Obstacles = {
  /** Against what changes the mesh: on a page that may be old nobody should decide. */
  readonly change: string | undefined
  /** Against stopping and rolling back: only that nothing can be written. */
  readonly stop: string | undefined
}

export function useObstacles(): Obstacles {
  const since = useStaleSince()
  const connection = useLiveConnection()
  const isDisconnected = useSyncExternalStore(
    connection?.onState ?? never,
    () => connection?.state().kind === 'disconnected',
    () => false,
  )
  const stop =
    since === undefined
      ? undefined
      : `The database does not answer since ${new Date(since).toLocaleTimeString()}, so nothing can be written. It is tried again all the time`
  const change =
    stop ??
    (isDisconnected
      ? 'The live stream is down, so this page may be old. Aborting and rolling back still work'
      : undefined)
  return { change, stop }
}
