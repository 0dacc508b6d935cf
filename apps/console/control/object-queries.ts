import { ObjectDetail, ObjectSummary } from '@heddle/shared/api/objects'
import { pageOf } from '@heddle/shared/api/page'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'

const Objects = pageOf(ObjectSummary)

export type ObjectFilter = {
  readonly kind?: string | undefined
  readonly namespace?: string | undefined
  readonly target?: string | undefined
}

export const objectsQuery = (filter: ObjectFilter = {}) =>
  queryOptions({
    queryKey: ['objects', filter],
    queryFn: ({ signal }) => requestJson(Objects, '/objects', { signal, query: { ...filter, limit: 500 } }),
    placeholderData: keepPreviousData,
  })

export const objectQuery = (kind: string, namespace: string, name: string, revision?: number) =>
  queryOptions({
    queryKey: ['object', kind, namespace, name, revision],
    queryFn: ({ signal }) =>
      requestJson(ObjectDetail, `/objects/${[kind, namespace, name].map(encodeURIComponent).join('/')}`, {
        signal,
        query: { revision },
      }),
  })
