'use client'
import type { LiveTopic } from '@heddle/shared/api/live'
import { useEffect, useRef } from 'react'
import { useLiveConnection } from './live-provider.tsx'
import type { LiveHandlers } from './live-topics.ts'

/**
 * Reads a live topic while the component is mounted. `onSnap` gets the whole, `onEvent` what changed since; both get
 * data that is not checked yet. Handlers may be new on every render; `params` count by their content.
 */
export function useLive(
  topic: LiveTopic,
  params: Readonly<Record<string, string>>,
  handlers: LiveHandlers,
  { isEnabled = true }: { readonly isEnabled?: boolean } = {},
): void {
  const connection = useLiveConnection()
  const latest = useRef(handlers)
  useEffect(() => {
    latest.current = handlers
  })
  const key = JSON.stringify(params)
  useEffect(() => {
    if (!connection || !isEnabled) return
    return connection.subscribe(topic, JSON.parse(key) as Record<string, string> /* written above */, {
      onSnap: (data) => latest.current.onSnap(data),
      onEvent: (data, at) => latest.current.onEvent?.(data, at),
      onRefused: (code, reason) => latest.current.onRefused?.(code, reason),
    })
  }, [connection, topic, key, isEnabled])
}
