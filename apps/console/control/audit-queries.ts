import { AuditEntry, AuditVerification } from '@heddle/shared/api/audit'
import { pageOf } from '@heddle/shared/api/page'
import type { AuditQuery } from '@heddle/shared/api/queries'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'

const Entries = pageOf(AuditEntry)

export type AuditFilter = Readonly<Partial<Record<keyof Omit<AuditQuery, 'cursor' | 'limit'>, string>>>

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ signal, pageParam }) =>
      requestJson(Entries, '/audit', { signal, query: { ...filter, cursor: pageParam, limit: 50 } }),
    initialPageParam: undefined as string | undefined, // the first page has no cursor
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })

export const auditVerificationQuery = queryOptions({
  queryKey: ['audit-verification'],
  queryFn: ({ signal }) => requestJson(AuditVerification, '/audit/verify', { signal }),
})
