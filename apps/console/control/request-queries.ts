import { pageOf } from '@heddle/shared/api/page'
import { type RequestQuery, RequestRecord } from '@heddle/shared/api/request-record'
import { queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'

const Records = pageOf(RequestRecord)

/** The newest recorded requests, of the whole mesh or to one service, optionally of one caller. */
export const requestsQuery = (query: {
  readonly namespace?: string
  readonly service?: string
  readonly source?: string
  readonly only?: RequestQuery['only']
  readonly id?: string
  /** A time, or relative to now. */
  readonly since?: string
  readonly until?: string
  readonly limit: number
}) =>
  queryOptions({
    queryKey: ['requests', query],
    queryFn: ({ signal }) => requestJson(Records, '/requests', { signal, query }),
  })
