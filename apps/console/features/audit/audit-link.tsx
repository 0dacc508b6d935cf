'use client'
import Link from 'next/link'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'

/** To what the audit log has of one thing. */
export function AuditLink(filter: Parameters<typeof paths.audit>[0]) {
  const scoped = useScopedPath()
  return (
    <Link className="text-accent-text hover:underline" href={scoped(paths.audit(filter))}>
      In the audit log
    </Link>
  )
}
