'use client'
import { decidingPolicy } from '@heddle/shared/model/deciding-policy'
import Link from 'next/link'
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
        {policy.object}
      </Link>
      {policy.rule === undefined ? '' : `, rule ${policy.rule}`}
    </>
  )
}
