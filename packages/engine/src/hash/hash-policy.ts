import type { LinearRegex } from '../match/linear-regex.ts'

/** `RouteAction.HashPolicy`: what keeps requests together, for ring hash and Maglev. */
export type HashPolicy = HashSource & {
  /** When there is a hash by now, the policies behind it are not asked. */
  readonly terminal: boolean
}

type HashSource =
  | {
      readonly kind: 'header'
      readonly name: string
      readonly rewrite: { readonly regex: LinearRegex; readonly substitution: string } | undefined
    }
  | {
      readonly kind: 'cookie'
      readonly name: string
      readonly path: string
      /** Undefined never makes the cookie; 0 makes one for the browser's session. */
      readonly ttlS: number | undefined
      readonly attributes: readonly { readonly name: string; readonly value: string }[]
    }
  | { readonly kind: 'source-ip' }
  | { readonly kind: 'query-parameter'; readonly name: string }
