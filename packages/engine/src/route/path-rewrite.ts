import type { LinearRegex } from '../match/linear-regex.ts'

/** How the path changes before it is sent on. The query is never touched. */
export type PathRewrite =
  /** Replaces what the route matched: the prefix, or the whole path of an exact match. */
  | { readonly kind: 'prefix'; readonly matchedLength: number; readonly replacement: string }
  /** Replaces every match of the expression; `substitution` may name groups as \1. */
  | { readonly kind: 'regex'; readonly regex: LinearRegex; readonly substitution: string }

/** The path as the upstream sees it. */
export function rewritePath(rewrite: PathRewrite, path: string): string {
  switch (rewrite.kind) {
    case 'prefix':
      return rewrite.replacement + path.slice(rewrite.matchedLength)
    case 'regex':
      return rewrite.regex.replaceAll(path, rewrite.substitution)
  }
}
