'use client'
import type { ObjectDiff } from '@heddle/shared/api/changes'
import Link from 'next/link'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'

/** Said when the name that is written means another policy than the page is about: nothing is replaced, or doubled, unseen. */
export function OtherPolicy({
  isNew,
  opened,
  diff,
}: {
  readonly isNew: boolean
  /** "<Kind>/<namespace>/<name>" of the policy that was opened. */
  readonly opened: string
  readonly diff: readonly ObjectDiff[]
}) {
  const scoped = useScopedPath()
  const [written] = diff
  if (written === undefined) return null
  const { kind, namespace, name, action } = written
  if (isNew && action === 'updated') {
    return (
      <Warning title={`${kind} ${namespace}/${name} is there already`}>
        This would replace it: take another name, or{' '}
        <Link className="text-accent-text underline" href={scoped(paths.editPolicy(kind, namespace, name))}>
          edit the one that is there
        </Link>
        .
      </Warning>
    )
  }
  if (!isNew && action === 'created') {
    return (
      <Warning title={`The name is new: ${kind} ${namespace}/${name} would be added`}>
        {opened} stays as it is. To rename it, delete the old one as well.
      </Warning>
    )
  }
  return null
}

function Warning({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <div role="alert" className="border-warn border-l-4 bg-surface px-3 py-2">
      <span className="font-medium text-warn-text">
        <span aria-hidden>! </span>
        {title}
      </span>{' '}
      {children}
    </div>
  )
}
