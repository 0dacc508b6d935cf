import type { PathRewrite } from './path-rewrite.ts'

/** Answers with a `location`; `route/redirect-location` writes it. */
export type RedirectAction = {
  readonly kind: 'redirect'
  readonly status: 301 | 302 | 303 | 307 | 308
  readonly scheme: string | undefined
  readonly host: string | undefined
  /** The request's host stays as it is written, its port too (`require_tls`). */
  readonly keepsPort: boolean
  /** 0 keeps the port, unless the scheme changes and the port was that scheme's default. */
  readonly port: number
  readonly path: RedirectPath
  readonly stripQuery: boolean
}

export type RedirectPath =
  | { readonly kind: 'keep' }
  /** May carry a query of its own, which then replaces the request's. */
  | { readonly kind: 'replace'; readonly path: string }
  | { readonly kind: 'rewrite'; readonly rewrite: PathRewrite }
