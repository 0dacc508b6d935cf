'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { Answer } from '#control/answer.tsx'
import { revisionDiffQuery, revisionsQuery } from '#control/revision-queries.ts'
import { ChangeDiff } from '#features/changes/change-diff.tsx'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { buttonClass } from '#ui/button-class.ts'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { RestoreActions } from './restore-actions.tsx'

/** What differs between any two revisions. */
export function ComparePage({ from, to }: { readonly from: number; readonly to: number }) {
  const router = useRouter()
  const scoped = useScopedPath()
  const query = useQuery(revisionDiffQuery(from, to))
  const { data: revisions } = useQuery(revisionsQuery)
  const numbers = [...new Set([...(revisions?.items ?? []).map(({ number }) => number), from, to, 0])].sort(
    (a, b) => b - a,
  )
  const titles = new Map(revisions?.items.map(({ number, title }) => [number, title]))
  const options = numbers.map((number) => ({
    value: String(number),
    label: number === 0 ? '0: nothing yet' : [number, titles.get(number)].filter(Boolean).join(': '),
  }))
  const go = (a: number, b: number) => router.push(scoped(paths.compareRevisions(a, b)))
  return (
    <>
      <PageHeading
        title={`Revision ${from} and ${to}`}
        actions={
          <>
            <Link className={buttonClass()} href={scoped(paths.compareRevisions(to, from))}>
              The other way round
            </Link>
            <RestoreActions numbers={[from, to]} revisions={revisions?.items ?? []} />
          </>
        }
      />
      <div className="grid max-w-3xl grid-cols-2 gap-3">
        <SelectField label="From" value={String(from)} options={options} onChange={(value) => go(Number(value), to)} />
        <SelectField label="To" value={String(to)} options={options} onChange={(value) => go(from, Number(value))} />
      </div>
      <Panel title={`From revision ${from} to revision ${to}`}>
        <Answer query={query} label="difference">
          {({ objects }) => <ChangeDiff diff={objects} />}
        </Answer>
      </Panel>
    </>
  )
}
