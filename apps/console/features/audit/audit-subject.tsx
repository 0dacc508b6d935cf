'use client'
import type { AuditEntry } from '@heddle/shared/api/audit'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { changesQuery } from '#control/change-queries.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { visibleText } from '#ui/visible-text.ts'

/** What an entry is about, in the words that people use for it, leading there; the exact subject on hover. */
export function AuditSubject({ entry }: { readonly entry: AuditEntry }) {
  const scoped = useScopedPath()
  const { data: changes } = useQuery(changesQuery())
  const { subject, detail, actor, action } = entry
  const [kind = '', ...rest] = subject.split(':')
  const id = rest.join(':')
  const link = (path: string, text: string) => (
    <Link className="text-accent-text wrap-anywhere hover:underline" href={scoped(path)} title={subject}>
      {visibleText(text)}
    </Link>
  )
  switch (kind) {
    case 'change': {
      const change = changes?.items.find((each) => each.id === id)
      return link(paths.change(id), change ? `#${change.number} ${change.title}` : `change ${id.slice(0, 8)}…`)
    }
    case 'revision':
      return link(paths.compareRevisions(Math.max(0, Number(id) - 1), Number(id)), `revision ${id}`)
    case 'service': {
      const [namespace = '', name = ''] = id.split('/')
      return link(paths.service(namespace, name), id)
    }
    case 'proxy':
      return link(paths.proxy(id), id.split('~')[2] ?? id)
    default: {
      // A long id says nothing to people; it can still be read and copied.
      const name = detail.username ?? detail.name ?? (action.startsWith('session.') ? actor : undefined)
      return <span title={subject}>{typeof name === 'string' ? `${kind} ${name}` : shortened(kind, id)}</span>
    }
  }
}

function shortened(kind: string, id: string): string {
  return id.length > 30 ? `${kind} ${id.slice(0, 8)}…` : [kind, id].filter(Boolean).join(' ')
}
