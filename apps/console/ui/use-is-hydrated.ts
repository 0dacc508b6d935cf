'use client'
import { useSyncExternalStore } from 'react'

const never = () => () => undefined

/** False in the HTML of the server, true once scripts run: what needs them waits until then. */
export function useIsHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
