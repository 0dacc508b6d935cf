'use client'
import type { ChangeDetail, ObjectDiff } from '@heddle/shared/api/changes'
import { useQuery } from '@tanstack/react-query'
import { activeRevisionQuery, revisionDiffQuery } from '#control/revision-queries.ts'

const lookMs = 10_000

export type MovedBase = {
  /** The active revision. */
  readonly newest: number
  /** What it and those before it changed in the objects of the change since its base. */
  readonly theirs: readonly ObjectDiff[]
}

/** Whether a later revision has changed what an open change is about; undefined: none has. */
export function useMovedBase({ summary }: ChangeDetail): MovedBase | undefined {
  const isOpen = summary.state === 'in_review' || summary.state === 'draft'
  const { data: newest = summary.basedOn } = useQuery({
    ...activeRevisionQuery,
    refetchInterval: lookMs,
    enabled: isOpen,
  })
  const isMoved = isOpen && newest > summary.basedOn
  const { data } = useQuery({ ...revisionDiffQuery(summary.basedOn, newest), enabled: isMoved })
  const theirs = data?.objects.filter(({ kind, namespace, name }) =>
    summary.objects.includes(`${kind}/${namespace}/${name}`),
  )
  return isMoved && theirs !== undefined && theirs.length > 0 ? { newest, theirs } : undefined
}
