'use client'
import type { Edit } from '@heddle/shared/api/changes'
import { PolicyKind } from '@heddle/shared/api/objects'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { Answer } from '#control/answer.tsx'
import { objectQuery } from '#control/object-queries.ts'
import { activeRevisionQuery } from '#control/revision-queries.ts'
import { Chip } from '#ui/chip.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { PolicyEditor } from './policy-editor.tsx'
import { ReviewPanels } from './review-panels.tsx'

type Props = { readonly kind: string; readonly namespace: string; readonly name: string }

/** A policy that is active, to be changed or, with `op=delete`, removed. */
export function EditPolicyPage({ kind, namespace, name }: Props) {
  const isDeletion = useSearchParams().get('op') === 'delete'
  const query = useQuery({ ...objectQuery(kind, namespace, name), refetchOnWindowFocus: false })
  return (
    <>
      <PageHeading title={`${isDeletion ? 'Delete' : 'Edit'} ${namespace}/${name}`} aside={<Chip>{kind}</Chip>} />
      {isDeletion ? (
        <Deletion kind={kind} namespace={namespace} name={name} />
      ) : (
        <Answer query={query} label="policy">
          {({ yaml }) => <PolicyEditor initial={yaml} kind={kind} isNew={false} />}
        </Answer>
      )}
    </>
  )
}

function Deletion({ kind, namespace, name }: Props) {
  const { data: basedOn } = useQuery(activeRevisionQuery)
  const edits = useMemo(
    (): readonly Edit[] => [{ op: 'delete', kind: PolicyKind.parse(kind), namespace, name }],
    [kind, namespace, name],
  )
  return (
    <ReviewPanels edits={edits} basedOn={basedOn} suggestedTitle={`Delete ${kind} ${namespace}/${name}`} isSettled />
  )
}
