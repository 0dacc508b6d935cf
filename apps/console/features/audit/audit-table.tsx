'use client'
import type { AuditEntry } from '@heddle/shared/api/audit'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { DateTime } from '#ui/date-time.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { AuditSubject } from './audit-subject.tsx'
import { detailText } from './detail-text.ts'

const columns: readonly Column<AuditEntry>[] = [
  { id: 'sequence', title: '#', isNumber: true, cell: ({ sequence }) => sequence },
  { id: 'at', title: 'When', cell: ({ at }) => <When at={at} /> },
  { id: 'actor', title: 'Actor', cell: ({ actor }) => actor },
  { id: 'action', title: 'Action', isRowHeader: true, cell: ({ action }) => action },
  { id: 'subject', title: 'Subject', cell: (entry) => <AuditSubject entry={entry} /> },
  {
    id: 'outcome',
    title: 'Outcome',
    cell: ({ outcome }) => (
      <StatusGlyph tone={outcome === 'done' ? 'ok' : outcome === 'denied' ? 'deny' : 'fail'}>{outcome}</StatusGlyph>
    ),
  },
  { id: 'detail', title: 'Detail', cell: (entry) => <Detail entry={entry} /> },
]

/** Entries with what is known of each; nothing of it is cut off for good. */
export function AuditTable({ entries }: { readonly entries: readonly AuditEntry[] }) {
  return (
    <DataTable caption="Audit entries" columns={columns} rows={entries} rowKey={({ sequence }) => String(sequence)} />
  )
}

/** The time itself, because it is held against other logs; how long ago beneath it. */
function When({ at }: { readonly at: string }) {
  return (
    <span className="flex flex-col">
      <DateTime at={at} />
      <span className="text-dense text-muted">
        <RelativeTime at={at} />
      </span>
    </span>
  )
}

const shownMax = 90

function Detail({ entry: { detail, sequence } }: { readonly entry: AuditEntry }) {
  const text = detailText(detail)
  if (text === '') return <span className="text-muted">–</span>
  if (text.length <= shownMax) return <span className="text-dense text-muted">{text}</span>
  return (
    <details className="max-w-xl text-start text-dense text-muted">
      <summary className="min-h-6 cursor-pointer" aria-label={`Detail of entry ${sequence}`}>
        {text.slice(0, shownMax)}…
      </summary>
      <pre className="mt-1 whitespace-pre-wrap break-words font-mono">{JSON.stringify(detail, null, 2)}</pre>
    </details>
  )
}
