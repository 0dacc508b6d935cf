/**
 * `internal_redirect_policy`: a route whose upstream's redirects the proxy follows itself, so that the client gets the answer
 * from where they lead.
 */
export type InternalRedirectPolicy = {
  /** Of one request, by whichever routes. */
  readonly redirectsMax: number
  readonly statuses: ReadonlySet<number>
  /** Any of them can leave the redirect to the client. */
  readonly predicates: readonly RedirectPredicate[]
  readonly allowsCrossScheme: boolean
  /** In lower case: the next request has them from the answer, or not at all. */
  readonly copiedHeaders: readonly string[]
}

export type RedirectPredicate =
  /** Nowhere that a redirect of this route has led this request to before. */
  | { readonly kind: 'previous-routes' }
  | { readonly kind: 'allow-listed-routes'; readonly names: ReadonlySet<string> }
  /** From HTTP to HTTP, from HTTPS to either. */
  | { readonly kind: 'safe-cross-scheme' }

/** What one request has been through: a redirect begins another request, which goes on with it. */
export type RedirectTrail = {
  count: number
  /** Names of routes by the name of the route that led there. */
  readonly visited: Map<string, Set<string>>
  /** How long before the request that it is now the client had begun, and how long the client took to send its own. */
  beganBeforeMs: number
  readonly requestMs: number
  /** Bytes of bodies of the requests before it. */
  bytesBefore: number
}

/** A redirect as predicates see it. */
export type RedirectStep = {
  readonly fromRoute: string
  readonly toRoute: string
  readonly wasHttp: boolean
  readonly isHttp: boolean
}

/** Asked in order, as in Envoy: one that accepts may remember it, whatever those behind it say. */
export function acceptsRedirect(
  predicates: readonly RedirectPredicate[],
  step: RedirectStep,
  trail: RedirectTrail,
): boolean {
  return predicates.every((predicate) => accepts(predicate, step, trail))
}

function accepts(
  predicate: RedirectPredicate,
  { fromRoute, toRoute, wasHttp, isHttp }: RedirectStep,
  { visited }: RedirectTrail,
): boolean {
  switch (predicate.kind) {
    case 'previous-routes': {
      const seen = visited.get(fromRoute) ?? new Set()
      visited.set(fromRoute, seen)
      const isNew = !seen.has(toRoute)
      seen.add(toRoute)
      return isNew
    }
    case 'allow-listed-routes':
      return predicate.names.has(toRoute)
    case 'safe-cross-scheme':
      return !wasHttp || isHttp
  }
}
