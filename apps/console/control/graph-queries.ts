import { Graph, Layout } from '@heddle/shared/api/graph'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'

/** The graph of a range of time, averaged over it. */
export const pastGraphQuery = (query: { readonly ns: string; readonly from: string; readonly to: string }) =>
  queryOptions({
    queryKey: ['graph', query],
    queryFn: ({ signal }) =>
      requestJson(Graph, '/graph', { signal, query: { ...query, ns: query.ns === '' ? undefined : query.ns } }),
    placeholderData: keepPreviousData,
  })

/** The graph as it is now, for when the live stream is down. */
export const currentGraphQuery = (ns: string) =>
  queryOptions({
    queryKey: ['graph', 'now', ns],
    queryFn: ({ signal }) => requestJson(Graph, '/graph', { signal, query: { ns: ns === '' ? undefined : ns } }),
  })

/** Where the nodes of a scope stand, for everybody. */
export const layoutQuery = (scope: string) =>
  queryOptions({
    queryKey: ['layout', scope],
    queryFn: ({ signal }) => requestJson(Layout, `/layouts/${encodeURIComponent(scope)}`, { signal }),
    // Nothing moves by itself: not even because somebody else tidied up while one looks.
    staleTime: Number.POSITIVE_INFINITY,
  })

export function saveLayout(scope: string, layout: Layout): Promise<Layout> {
  return requestJson(Layout, `/layouts/${encodeURIComponent(scope)}`, { method: 'PUT', body: layout })
}
