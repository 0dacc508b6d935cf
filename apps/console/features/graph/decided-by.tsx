'use client'
import { decidingPolicy } from '@heddle/shared/model/deciding-policy'
import Link from 'next/link'
import { Fragment } from 'react'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { pathOfObject } from '#paths'

/** Which rule of which policy decided on a request, leading there. */
export function DecidedBy({ text }: { readonly text: string }) {
  const scoped = useScopedPath()
  const policy = decidingPolicy(text)
  const path = policy === undefined ? undefined : pathOfObject(policy.object)
  if (policy === undefined || path === undefined) return text || '–'
  return (
    <>
      <Link className="text-accent-text underline" href={scoped(path)}>
        {policy.object.split('/').map((part, place) => (
          <Fragment key={part}>
            {/* A place to break a long one, so that it does not take the room of the columns beside it. */}
            {place === 0 ? null : (
              <>
                /<wbr />
              </>
            )}
            {part}
          </Fragment>
        ))}
      </Link>
      {policy.rule === undefined ? '' : `, rule ${policy.rule}`}
    </>
  )
}
