/** `envoy.extensions.filters.http.stateful_session.v3.StatefulSession`, compiled: where a client keeps its endpoint. */
export type SessionPolicy = {
  readonly state:
    | {
        readonly kind: 'cookie'
        readonly name: string
        /** Only requests below it have a session; empty for all. */
        readonly path: string
        /** 0 ends with the browser. */
        readonly ttlS: number
      }
    | { readonly kind: 'header'; readonly name: string }
  /** A request whose endpoint is gone is refused instead of sent elsewhere. */
  readonly isStrict: boolean
}
