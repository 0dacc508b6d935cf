import type { RequestView } from './request-view.ts'

/** A request as tests of decisions need it, by its headers; pseudo headers may stand among them. */
export function requestWith(
  headers: Readonly<Record<string, string>> = {},
  more: Partial<Omit<RequestView, 'header' | 'headerValues'>> = {},
): RequestView {
  return {
    method: headers[':method'] ?? 'GET',
    path: headers[':path'] ?? '/',
    query: '',
    authority: headers[':authority'] ?? 'shop',
    authorityPort: 0,
    scheme: 'http',
    header: (name) => headers[name],
    headerValues: (name) => (headers[name] === undefined ? [] : [headers[name]]),
    ...more,
  }
}
