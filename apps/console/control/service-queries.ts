import { pageOf } from '@heddle/shared/api/page'
import { ServiceSummary } from '@heddle/shared/api/signals'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { requestJson, type Schema } from './request-json.ts'

const Services = pageOf(ServiceSummary)

/** Services with their signals of the range. */
export const servicesQuery = (query: { readonly from?: string; readonly to?: string } = {}) =>
  queryOptions({
    queryKey: ['services', query],
    queryFn: ({ signal }) => requestJson(Services, '/services', { signal, query: { ...query, limit: 500 } }),
    placeholderData: keepPreviousData,
  })

export type CatalogService = {
  readonly namespace: string
  readonly name: string
  readonly ports: readonly { readonly name: string; readonly port: number }[]
  readonly selector: Readonly<Record<string, string>>
  readonly endpoints: number
}

/** The services that the mesh knows, whether or not anything calls them: what a form offers to choose from. */
export const catalogServicesQuery = queryOptions({
  queryKey: ['catalog-services'],
  queryFn: ({ signal }) => requestJson(catalogServices, '/catalog/services', { signal, query: { limit: 500 } }),
  staleTime: 30_000,
})

const catalogServices: Schema<readonly CatalogService[]> = {
  parse: (answer) => (answer as CatalogAnswer).items.map(toCatalogService), // a wrong shape throws and is reported as one
}

type CatalogAnswer = {
  readonly items: readonly {
    readonly object: {
      readonly metadata: { readonly namespace: string; readonly name: string }
      readonly spec: {
        readonly selector?: Readonly<Record<string, string>>
        readonly ports: readonly { readonly name?: string; readonly port: number }[]
      }
    }
    readonly endpoints: number
  }[]
}

function toCatalogService({ object, endpoints }: CatalogAnswer['items'][number]): CatalogService {
  const { metadata, spec } = object
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    ports: spec.ports.map(({ name = '', port }) => ({ name, port })),
    selector: spec.selector ?? {},
    endpoints,
  }
}
