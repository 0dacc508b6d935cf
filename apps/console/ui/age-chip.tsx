'use client'
import { Chip } from './chip.tsx'
import { formatSeconds } from './format-age.ts'
import { useNow } from './use-now.ts'

/** Appears when what is shown is older than it should be, and says how old. */
export function AgeChip({ updatedAt, staleAfterMs }: { readonly updatedAt: number; readonly staleAfterMs: number }) {
  const age = useNow() - updatedAt
  if (updatedAt === 0 || age < staleAfterMs) return null
  return (
    <Chip tone="warn" title={`last update ${new Date(updatedAt).toLocaleTimeString()}`}>
      {formatSeconds(age / 1000)} old
    </Chip>
  )
}
