'use client'
import { useSyncExternalStore } from 'react'
import { useLiveConnection } from './live-provider.tsx'
import type { LiveState } from './live-state.ts'

const connecting: LiveState = { kind: 'connecting' }
const never = () => () => undefined

/** How the live stream is, for the pill and for panels that must look stale. */
export function useLiveState(): LiveState {
  const connection = useLiveConnection()
  return useSyncExternalStore(connection?.onState ?? never, connection?.state ?? (() => connecting), () => connecting)
}
