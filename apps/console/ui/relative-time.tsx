'use client'
import { formatAge } from './format-age.ts'
import { useNow } from './use-now.ts'

/** How long ago, with the whole time on hover. */
export function RelativeTime({ at }: { readonly at: string }) {
  const now = useNow()
  const time = new Date(at)
  return (
    <time dateTime={at} title={time.toLocaleString()} suppressHydrationWarning className="whitespace-nowrap">
      {formatAge(time.getTime(), now)}
    </time>
  )
}
