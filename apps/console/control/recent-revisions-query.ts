import { pageOf } from '@heddle/shared/api/page'
import { Revision } from '@heddle/shared/api/revision'
import { queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'

const Revisions = pageOf(Revision)

/** The newest few, again and again: what changed lately. */
export const recentRevisionsQuery = queryOptions({
  queryKey: ['revisions', 'recent'],
  queryFn: ({ signal }) => requestJson(Revisions, '/revisions', { signal, query: { limit: 20 } }),
  refetchInterval: 5000,
})
