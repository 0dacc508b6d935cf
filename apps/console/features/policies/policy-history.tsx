'use client'
import type { ObjectDetail } from '@heddle/shared/api/objects'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { Answer } from '#control/answer.tsx'
import { objectQuery } from '#control/object-queries.ts'
import { AuditLink } from '#features/audit/audit-link.tsx'
import { paths } from '#paths'
import { Button } from '#ui/button.tsx'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { DiffView } from '#ui/diff-view.tsx'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { visibleText } from '#ui/visible-text.ts'

type Step = ObjectDetail['history'][number]

/** Who changed the policy, when and why; any earlier content beside what is active. */
export function PolicyHistory({ policy }: { readonly policy: ObjectDetail }) {
  const [compared, setCompared] = useState<number>()
  const columns: readonly Column<Step>[] = [
    { id: 'revision', title: 'Revision', cell: ({ revision }) => revision, sortBy: ({ revision }) => revision },
    { id: 'action', title: 'What', cell: ({ action }) => action },
    {
      id: 'title',
      title: 'Change',
      cell: ({ title, changeId }) =>
        changeId ? (
          <Link className="text-accent-text wrap-anywhere hover:underline" href={paths.change(changeId)}>
            {visibleText(title)}
          </Link>
        ) : (
          visibleText(title)
        ),
    },
    { id: 'author', title: 'Author', cell: ({ author }) => author },
    { id: 'at', title: 'When', cell: ({ at }) => <RelativeTime at={at} /> },
    {
      id: 'compare',
      title: 'Compare',
      cell: ({ revision }) =>
        revision === policy.summary.revision ? (
          'active'
        ) : (
          <Button
            size="small"
            aria-pressed={compared === revision}
            aria-label={`Compare revision ${revision} with active`}
            onClick={() => setCompared(compared === revision ? undefined : revision)}
          >
            With active
          </Button>
        ),
    },
  ]
  return (
    <>
      <Panel
        title="History"
        aside={<AuditLink object={`${policy.summary.kind}/${policy.summary.namespace}/${policy.summary.name}`} />}
      >
        <DataTable caption="History" columns={columns} rows={policy.history} rowKey={({ revision }) => `${revision}`} />
      </Panel>
      {compared === undefined ? null : <EarlierContent policy={policy} revision={compared} />}
    </>
  )
}

function EarlierContent({ policy, revision }: { readonly policy: ObjectDetail; readonly revision: number }) {
  const { kind, namespace, name } = policy.summary
  const query = useQuery(objectQuery(kind, namespace, name, revision))
  return (
    <Panel title={`Revision ${revision} and active`}>
      <Answer query={query} label={`content of revision ${revision}`}>
        {({ yaml }) => <DiffView label={`Revision ${revision} and active`} before={yaml} after={policy.yaml} />}
      </Answer>
    </Panel>
  )
}
