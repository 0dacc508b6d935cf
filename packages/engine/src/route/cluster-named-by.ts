import type { RequestView } from '../request/request-view.ts'

/** The cluster that a request names in a header, by its first line; empty for none. */
export function clusterNamedBy(request: RequestView, header: string): string {
  switch (header) {
    case ':authority':
      return request.authorityPort > 0 ? `${request.authority}:${request.authorityPort}` : request.authority
    case ':method':
      return request.method
    case ':scheme':
      return request.scheme
    default:
      return request.headerValues(header)[0] ?? ''
  }
}
