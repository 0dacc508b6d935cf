import type { HttpMatch, HttpPathMatch } from '@heddle/shared/model/http-match'

/**
 * Which of two matches is more specific, as Gateway API orders them; negative: the first.
 * Exact path, then regular expression, then prefix, each the longer first; a method; more headers; more query
 * parameters. Equal ones stand in the order of their objects' age and name, then of rules and matches.
 */
export function compareMatches(a: HttpMatch, b: HttpMatch): number {
  return (
    rankOf(a.path) - rankOf(b.path) ||
    lengthOf(b.path) - lengthOf(a.path) ||
    Number(b.method !== undefined) - Number(a.method !== undefined) ||
    (b.headers?.length ?? 0) - (a.headers?.length ?? 0) ||
    (b.queryParams?.length ?? 0) - (a.queryParams?.length ?? 0)
  )
}

function rankOf(path: HttpPathMatch | undefined): number {
  switch (path?.type ?? 'PathPrefix') {
    case 'Exact':
      return 0
    case 'RegularExpression':
      return 1
    case 'PathPrefix':
      return 2
  }
}

function lengthOf(path: HttpPathMatch | undefined): number {
  const value = path?.value ?? '/'
  // "/cart/" and "/cart" are the same prefix.
  return (path?.type ?? 'PathPrefix') === 'PathPrefix' ? trimSlash(value).length : value.length
}

/** A prefix without its trailing slash; "" for "/". */
export function trimSlash(prefix: string): string {
  return prefix.endsWith('/') ? prefix.slice(0, -1) : prefix
}
