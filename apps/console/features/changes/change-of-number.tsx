'use client'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { Answer } from '#control/answer.tsx'
import { changeQuery } from '#control/change-queries.ts'
import { paths } from '#paths'
import { PageHeading } from '#ui/page-heading.tsx'

/** Leads from the number that people say to the address of the change, which keeps its meaning in links. */
export function ChangeOfNumber({ number }: { readonly number: string }) {
  const router = useRouter()
  const query = useQuery(changeQuery(number))
  const id = query.data?.summary.id
  useEffect(() => {
    if (id !== undefined) router.replace(paths.change(id))
  }, [id, router])
  return (
    <>
      <PageHeading title={`Change #${number}`} />
      <Answer query={query} label="change">
        {() => null}
      </Answer>
    </>
  )
}
