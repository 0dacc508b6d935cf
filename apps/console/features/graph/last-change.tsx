'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { recentRevisionsQuery } from '#control/recent-revisions-query.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { RelativeTime } from '#ui/relative-time.tsx'
import { visibleText } from '#ui/visible-text.ts'

/** The newest revision, in a sentence. */
export function LastChange() {
  const scoped = useScopedPath()
  const { data } = useQuery(recentRevisionsQuery)
  const newest = data?.items[0]
  if (newest === undefined) return null
  const { number, title, changeId, at } = newest
  const text = visibleText(`revision ${number}: ${title}`)
  return (
    <span className="text-muted">
      Last change <RelativeTime at={at} />:{' '}
      {changeId === undefined ? (
        text
      ) : (
        <Link className="text-accent-text underline" href={scoped(paths.change(changeId))}>
          {text}
        </Link>
      )}
    </span>
  )
}
