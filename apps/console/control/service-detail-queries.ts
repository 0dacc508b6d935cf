import { ServiceDetail, ServiceSignals } from '@heddle/shared/api/signals'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { requestJson } from './request-json.ts'

const pathOf = (namespace: string, name: string) => `${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`

export const serviceQuery = (namespace: string, name: string) =>
  queryOptions({
    queryKey: ['service', namespace, name],
    queryFn: ({ signal }) => requestJson(ServiceDetail, `/services/${pathOf(namespace, name)}`, { signal }),
  })

/** Golden signals of a range of time. */
export const serviceSignalsQuery = (
  namespace: string,
  name: string,
  range: { readonly from: string; readonly to: string },
) =>
  queryOptions({
    queryKey: ['service-signals', namespace, name, range],
    queryFn: ({ signal }) =>
      requestJson(ServiceSignals, `/signals/services/${pathOf(namespace, name)}`, { signal, query: range }),
    placeholderData: keepPreviousData,
  })
