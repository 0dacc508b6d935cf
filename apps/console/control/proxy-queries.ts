import { pageOf } from '@heddle/shared/api/page'
import { ProxyDetail, ProxySummary } from '@heddle/shared/api/proxies'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'

const Proxies = pageOf(ProxySummary)

export const proxiesQuery = queryOptions({
  queryKey: ['proxies'],
  queryFn: ({ signal }) => requestJson(Proxies, '/proxies', { signal, query: { limit: 500 } }),
  placeholderData: keepPreviousData,
})

export const proxyQuery = (id: string) =>
  queryOptions({
    queryKey: ['proxy', id],
    queryFn: ({ signal }) => requestJson(ProxyDetail, `/proxies/${encodeURIComponent(id)}`, { signal }),
  })
