import type { InspectionCounts } from '../counts/inspection-counts.ts'
import { counters, plainScope, type Stat } from './stat.ts'

/** `tls_inspector`, `http_inspector` and `proxy_proto`: each only where one has looked at a connection. */
export function inspectionStats({ tls, http, proxyHeader }: InspectionCounts): Stat[] {
  const { versions, notFoundAllowed, notFoundDisallowed, refused } = proxyHeader
  const [v1, v2] = versions
  const told: readonly (readonly [string, Record<string, number>])[] = [
    [
      'tls_inspector',
      {
        tls_found: tls.found,
        tls_not_found: tls.notFound,
        sni_found: tls.named,
        sni_not_found: tls.unnamed,
        alpn_found: tls.alpn,
        alpn_not_found: tls.noAlpn,
      },
    ],
    [
      'http_inspector',
      {
        http10_found: http.http10,
        http11_found: http.http11,
        http2_found: http.http2,
        http_not_found: http.none,
      },
    ],
    [
      'proxy_proto',
      {
        'versions.v1.found': v1.found,
        'versions.v1.disallowed': v1.disallowed,
        'versions.v2.found': v2.found,
        'versions.v2.disallowed': v2.disallowed,
        not_found_allowed: notFoundAllowed,
        not_found_disallowed: notFoundDisallowed,
        'heddle.refused': refused,
      },
    ],
  ]
  return told.flatMap(([scope, values]) =>
    Object.values(values).some((value) => value > 0) ? counters(plainScope(scope), values) : [],
  )
}
