import { ChangeDetail, RevisionDiff } from '@heddle/shared/api/changes'
import { pageOf } from '@heddle/shared/api/page'
import { Revision } from '@heddle/shared/api/revision'
import { queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'

const Revisions = pageOf(Revision)

export const revisionsQuery = queryOptions({
  queryKey: ['revisions'],
  queryFn: ({ signal }) => requestJson(Revisions, '/revisions', { signal, query: { limit: 200 } }),
})

/** The number of the newest revision, 0 while there is none. */
export const activeRevisionQuery = queryOptions({
  queryKey: ['revisions', 'newest'],
  queryFn: ({ signal }) => readNewestRevision(signal),
})

export async function readNewestRevision(signal: AbortSignal): Promise<number> {
  const { items } = await requestJson(Revisions, '/revisions', { signal, query: { limit: 1 } })
  return items[0]?.number ?? 0
}

export const revisionDiffQuery = (from: number, to: number) =>
  queryOptions({
    queryKey: ['revision-diff', from, to],
    queryFn: ({ signal }) => requestJson(RevisionDiff, `/revisions/${from}/diff/${to}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export function restoreRevision(number: number, reason: string): Promise<ChangeDetail> {
  return requestJson(ChangeDetail, `/revisions/${number}/restore`, { method: 'POST', body: { reason } })
}
