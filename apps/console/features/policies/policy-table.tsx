'use client'
import type { ObjectSummary } from '@heddle/shared/api/objects'
import Link from 'next/link'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { formatNumber } from '#ui/format-number.ts'
import { RelativeTime } from '#ui/relative-time.tsx'
import { kindWords } from './kind-words.ts'

export function PolicyTable({ policies }: { readonly policies: readonly ObjectSummary[] }) {
  const scoped = useScopedPath()
  const columns: readonly Column<ObjectSummary>[] = [
    {
      id: 'name',
      title: 'Policy',
      sortBy: ({ namespace, name }) => `${namespace}/${name}`,
      cell: ({ kind, namespace, name }) => (
        <Link
          className="font-medium text-accent-text hover:underline"
          href={scoped(paths.policy(kind, namespace, name))}
        >
          {namespace}/{name}
        </Link>
      ),
    },
    {
      id: 'kind',
      title: 'Kind',
      sortBy: ({ kind }) => kind,
      cell: ({ kind }) => <span title={kindWords[kind]}>{kind}</span>,
    },
    { id: 'target', title: 'Acts on', sortBy: ({ target }) => target, cell: ({ target }) => target },
    { id: 'effect', title: 'Effect', cell: ({ effect }) => effect },
    {
      id: 'hits',
      title: 'Hits, 1 h',
      isNumber: true,
      sortBy: ({ hitsLastHour }) => hitsLastHour ?? -1,
      cell: ({ hitsLastHour }) => formatNumber(hitsLastHour),
    },
    {
      id: 'changed',
      title: 'Last change',
      sortBy: ({ changedAt }) => changedAt,
      cell: ({ changedBy, changedAt, revision }) => (
        <span className="whitespace-nowrap">
          {changedBy}, <RelativeTime at={changedAt} /> <span className="text-muted">(revision {revision})</span>
        </span>
      ),
    },
  ]
  return (
    <DataTable
      caption="Active policies"
      columns={columns}
      rows={policies}
      rowKey={({ kind, namespace, name }) => `${kind}/${namespace}/${name}`}
    />
  )
}
