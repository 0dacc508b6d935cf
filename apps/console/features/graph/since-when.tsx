'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { recentRevisionsQuery } from '#control/recent-revisions-query.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { formatSeconds } from '#ui/format-age.ts'
import { RelativeTime } from '#ui/relative-time.tsx'
import { changeBefore, lookedBackMinutes } from './change-before.ts'

/** Since when something has been unwell, and which change came before it: that it did it is for the reader to judge. */
export function SinceWhen({ since }: { readonly since: string }) {
  return (
    <>
      since{' '}
      <time dateTime={since} suppressHydrationWarning>
        {new Date(since).toLocaleTimeString()}
      </time>{' '}
      (<RelativeTime at={since} />
      ). <WhatChangedBefore since={since} />
    </>
  )
}

function WhatChangedBefore({ since }: { readonly since: string }) {
  const scoped = useScopedPath()
  const { data } = useQuery(recentRevisionsQuery)
  if (data === undefined) return null
  const found = changeBefore(data.items, since)
  if (found === undefined) return <>No change in the {lookedBackMinutes}&nbsp;min before.</>
  const { number, title, changeId, at } = found
  const seconds = Math.round((Date.parse(since) - Date.parse(at)) / 1000)
  const text = `revision ${number}: ${title}`
  return (
    <>
      {seconds > 0 ? `${formatSeconds(seconds)} before it came ` : 'With it came '}
      {changeId === undefined ? (
        text
      ) : (
        <Link className="text-accent-text underline" href={scoped(paths.change(changeId))}>
          {text}
        </Link>
      )}
      .
    </>
  )
}
