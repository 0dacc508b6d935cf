'use client'
import { useSyncExternalStore } from 'react'
import { onStaleSince, staleSince } from './stale-since.ts'

/** Since when the control plane answers from memory only; undefined while all is well. */
export function useStaleSince(): number | undefined {
  return useSyncExternalStore(onStaleSince, staleSince, () => undefined)
}
