'use client'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { Answer } from '#control/answer.tsx'
import { revisionDiffQuery, revisionsQuery } from '#control/revision-queries.ts'
import { ChangeDiff } from '#features/changes/change-diff.tsx'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { SelectField } from '#ui/select-field.tsx'

/** What differs between any two revisions. */
export function ComparePage({ from, to }: { readonly from: number; readonly to: number }) {
  const router = useRouter()
  const scoped = useScopedPath()
  const query = useQuery(revisionDiffQuery(from, to))
  const { data: revisions } = useQuery(revisionsQuery)
  const numbers = [...new Set([...(revisions?.items ?? []).map(({ number }) => number), from, to, 0])].sort(
    (a, b) => b - a,
  )
  const options = numbers.map((number) => ({
    value: String(number),
    label: number === 0 ? '0 (empty)' : String(number),
  }))
  const go = (a: number, b: number) => router.push(scoped(paths.compareRevisions(a, b)))
  return (
    <>
      <PageHeading title={`Revision ${from} and ${to}`} />
      <div className="grid max-w-md grid-cols-2 gap-3">
        <SelectField label="From" value={String(from)} options={options} onChange={(value) => go(Number(value), to)} />
        <SelectField label="To" value={String(to)} options={options} onChange={(value) => go(from, Number(value))} />
      </div>
      <Panel title="Difference">
        <Answer query={query} label="difference">
          {({ objects }) => <ChangeDiff diff={objects} />}
        </Answer>
      </Panel>
    </>
  )
}
