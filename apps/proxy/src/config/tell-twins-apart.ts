import type { EndpointConfig } from './assignment.ts'

/** An address that is written down twice, or that two names lead to, is two endpoints, each with its share. */
export function tellTwinsApart(endpoints: readonly EndpointConfig[]): readonly EndpointConfig[] {
  const met = new Map<string, number>()
  return endpoints.map((endpoint) => {
    const twin = met.get(endpoint.key) ?? 0
    met.set(endpoint.key, twin + 1)
    return twin === 0 ? endpoint : { ...endpoint, twin }
  })
}
