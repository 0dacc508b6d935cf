/** Connections whose first bytes were looked at, by what they were: of every listener, as Envoy counts them. */
export type InspectionCounts = {
  readonly tls: { found: number; notFound: number; named: number; unnamed: number; alpn: number; noAlpn: number }
  /** By `http1.1` and so on, and those that were none. */
  readonly http: { http10: number; http11: number; http2: number; none: number }
  readonly proxyHeader: {
    readonly versions: readonly [ProxyHeaderCounts, ProxyHeaderCounts]
    /** Without any, where that is allowed and where not. */
    notFoundAllowed: number
    notFoundDisallowed: number
    /** Connections cut off for it, whatever the reason. */
    refused: number
  }
}

type ProxyHeaderCounts = { found: number; disallowed: number }

export function newInspectionCounts(): InspectionCounts {
  return {
    tls: { found: 0, notFound: 0, named: 0, unnamed: 0, alpn: 0, noAlpn: 0 },
    http: { http10: 0, http11: 0, http2: 0, none: 0 },
    proxyHeader: {
      versions: [
        { found: 0, disallowed: 0 },
        { found: 0, disallowed: 0 },
      ],
      notFoundAllowed: 0,
      notFoundDisallowed: 0,
      refused: 0,
    },
  }
}
