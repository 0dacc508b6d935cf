'use client'
import type { Edit } from '@heddle/shared/api/changes'
import { PolicyKind } from '@heddle/shared/api/objects'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { Answer } from '#control/answer.tsx'
import { policyToEditQuery } from '#control/object-queries.ts'
import { useSession } from '#features/session/use-session.ts'
import { Chip } from '#ui/chip.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { Skeleton } from '#ui/skeleton.tsx'
import { loadPolicyEditor } from './load-policy-editor.ts'
import { ReviewPanels } from './review-panels.tsx'

const PolicyEditor = dynamic(loadPolicyEditor, {
  ssr: false,
  loading: () => <Skeleton lines={8} label="Loading the editor" />,
})

type Props = { readonly kind: string; readonly namespace: string; readonly name: string }

/** A policy that is active, to be changed or, with `op=delete`, removed. */
export function EditPolicyPage({ kind, namespace, name }: Props) {
  const isDeletion = useSearchParams().get('op') === 'delete'
  const query = useQuery(policyToEditQuery(kind, namespace, name))
  const person = useSession()?.user.username ?? ''
  return (
    <>
      <PageHeading title={`${isDeletion ? 'Delete' : 'Edit'} ${namespace}/${name}`} aside={<Chip>{kind}</Chip>} />
      <Answer query={query} label="policy">
        {(fresh) =>
          isDeletion ? (
            <Deletion kind={kind} namespace={namespace} name={name} basedOn={fresh.basedOn} />
          ) : (
            <PolicyEditor
              fresh={fresh}
              draftName={`${person}:${kind}/${namespace}/${name}`}
              kind={kind}
              isNew={false}
            />
          )
        }
      </Answer>
    </>
  )
}

function Deletion({ kind, namespace, name, basedOn }: Props & { readonly basedOn: number }) {
  const edits = useMemo(
    (): readonly Edit[] => [{ op: 'delete', kind: PolicyKind.parse(kind), namespace, name }],
    [kind, namespace, name],
  )
  return (
    <ReviewPanels edits={edits} basedOn={basedOn} suggestedTitle={`Delete ${kind} ${namespace}/${name}`} isSettled />
  )
}
