'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useStaleSince } from '#control/stale/use-stale-since.ts'
import { Chip } from '#ui/chip.tsx'
import { formatSeconds } from '#ui/format-age.ts'
import { useNow } from '#ui/use-now.ts'

/** Says that the control plane answers from memory, for how long, and what goes on all the same. */
export function StaleStrip() {
  const since = useStaleSince()
  useReadAnewAfter(since)
  const now = useNow()
  if (since === undefined) return null
  return (
    <div
      role="status"
      aria-label="Stale data"
      data-stale-strip
      className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-warn border-y border-s-4 bg-surface px-3 py-2"
    >
      <span className="font-medium text-warn-text">
        <span aria-hidden>! </span>
        The database does not answer
      </span>
      <Chip tone="warn">{formatSeconds(Math.max(0, now - since) / 1000)} old</Chip>
      <span>
        Since {new Date(since).toLocaleTimeString()} what you see comes from the control plane's memory. Requests and
        faults in force go on; nothing can be changed until it is back.
      </span>
    </div>
  )
}

/** What was read while it was away may be old or missing: everything on the page is read again. */
function useReadAnewAfter(since: number | undefined): void {
  const queries = useQueryClient()
  const before = useRef(since)
  useEffect(() => {
    if (before.current !== undefined && since === undefined) void queries.invalidateQueries()
    before.current = since
  }, [since, queries])
}
