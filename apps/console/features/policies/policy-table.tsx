'use client'
import type { ObjectSummary } from '@heddle/shared/api/objects'
import Link from 'next/link'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { useUrlSorting } from '#features/scope/use-url-sorting.ts'
import { paths } from '#paths'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { kindWords } from '../policy-editor/kind-words.ts'
import { FaultEnd } from './fault-end.tsx'
import { hitsCaveat, hitsText } from './hits-text.ts'
import { PolicyTarget } from './policy-target.tsx'

export function PolicyTable({ policies }: { readonly policies: readonly ObjectSummary[] }) {
  const scoped = useScopedPath()
  const sorting = useUrlSorting()
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
    {
      id: 'target',
      title: 'Acts on',
      sortBy: ({ target }) => target,
      cell: ({ target }) => <PolicyTarget target={target} />,
    },
    {
      id: 'effect',
      title: 'Effect',
      cell: ({ effect, endsAt }) => (
        <span>
          {effect}
          {endsAt === undefined ? null : <FaultEnd at={endsAt} />}
        </span>
      ),
    },
    {
      id: 'hits',
      title: 'Requests / h',
      isNumber: true,
      hint: 'How many requests it met in the last hour',
      sortBy: ({ hitsLastHour }) => hitsLastHour ?? -1,
      cell: (policy) => <span title={hitsCaveat(policy)}>{hitsText(policy)}</span>,
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
      {...sorting}
    />
  )
}
