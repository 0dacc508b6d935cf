import { ObjectDetail, ObjectSummary } from '@heddle/shared/api/objects'
import { pageOf } from '@heddle/shared/api/page'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'
import { readNewestRevision } from './revision-queries.ts'

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

/**
 * A policy as it is written, with the newest revision. The revision is read first: when another one comes in between, the
 * text is taken for older than it is, which costs a question, never for newer, which would overwrite.
 */
export const policyToEditQuery = (kind: string, namespace: string, name: string) =>
  queryOptions({
    queryKey: ['policy-to-edit', kind, namespace, name],
    queryFn: async ({ signal }) => {
      const basedOn = await readNewestRevision(signal)
      const { yaml } = await readObject({ kind, namespace, name }, signal)
      return { basedOn, text: yaml }
    },
    // An editor begins from it and then stands on its own.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })

export const objectQuery = (kind: string, namespace: string, name: string, revision?: number) =>
  queryOptions({
    queryKey: ['object', kind, namespace, name, revision],
    queryFn: ({ signal }) => readObject({ kind, namespace, name }, signal, revision),
  })

type ObjectName = { readonly kind: string; readonly namespace: string; readonly name: string }

function readObject({ kind, namespace, name }: ObjectName, signal: AbortSignal, revision?: number) {
  const path = `/objects/${[kind, namespace, name].map(encodeURIComponent).join('/')}`
  return requestJson(ObjectDetail, path, { signal, query: { revision } })
}
