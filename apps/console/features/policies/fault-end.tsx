'use client'
import { RelativeTime } from '#ui/relative-time.tsx'
import { useNow } from '#ui/use-now.ts'

/** When a fault ends by itself, or that it is over although the policy is still there. */
export function FaultEnd({ at }: { readonly at: string }) {
  const isOver = Date.parse(at) <= useNow()
  return (
    <span className="whitespace-nowrap text-muted" suppressHydrationWarning>
      {isOver ? ' Over: ended ' : ' Ends '}
      <RelativeTime at={at} />
    </span>
  )
}
