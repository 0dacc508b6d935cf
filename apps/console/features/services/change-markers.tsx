'use client'
import type { ChangeMarker } from '@heddle/shared/api/signals'
import Link from 'next/link'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'

/** The vertical lines of the charts in words, each leading to its change. */
export function ChangeMarkers({ markers }: { readonly markers: readonly ChangeMarker[] }) {
  const scoped = useScopedPath()
  if (markers.length === 0) return null
  return (
    <section aria-label="Changes in this time" className="xl:col-span-2">
      <h3 className="font-medium">Changes in this time</h3>
      <ul className="mt-1 flex flex-col gap-1">
        {markers.map(({ at, kind, revision, changeId, text }) => (
          <li key={`${at} ${kind} ${revision}`} className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium text-accent-text">r{revision}</span>
            <time dateTime={at}>{new Date(at).toLocaleTimeString()}</time>
            {changeId === undefined ? (
              <span>{text}</span>
            ) : (
              <Link className="text-accent-text underline" href={scoped(paths.change(changeId))}>
                {text}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
