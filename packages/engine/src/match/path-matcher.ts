import { equalsIgnoreCase, startsWithIgnoreCase } from './ascii-case.ts'
import type { LinearRegex } from './linear-regex.ts'
import type { UriTemplate } from './uri-template.ts'

/** Which paths a route takes. Paths are compared without their query; literals are in lower case when case is ignored. */
export type PathMatcher =
  | { readonly kind: 'exact'; readonly path: string; readonly ignoreCase: boolean }
  | { readonly kind: 'prefix'; readonly prefix: string; readonly ignoreCase: boolean }
  /** "/api" takes "/api" and "/api/…", but not "/apis". */
  | { readonly kind: 'segment-prefix'; readonly prefix: string; readonly ignoreCase: boolean }
  /** CONNECT, whose target is no path; nothing else takes it. */
  | { readonly kind: 'connect' }
  /** The whole path. */
  | { readonly kind: 'regex'; readonly regex: LinearRegex }
  /** The same, by a template whose variables a rewrite may name. */
  | ({ readonly kind: 'template' } & UriTemplate)

export function matchesPath(matcher: PathMatcher, path: string): boolean {
  if (path === '') return matcher.kind === 'connect'
  switch (matcher.kind) {
    case 'connect':
      return false
    case 'exact':
      return matcher.ignoreCase ? equalsIgnoreCase(path, matcher.path) : path === matcher.path
    case 'prefix':
      return matcher.ignoreCase ? startsWithIgnoreCase(path, matcher.prefix) : path.startsWith(matcher.prefix)
    case 'segment-prefix':
      return (
        (matcher.ignoreCase ? startsWithIgnoreCase(path, matcher.prefix) : path.startsWith(matcher.prefix)) &&
        endsSegment(path, matcher.prefix.length)
      )
    case 'regex':
    case 'template':
      return matcher.regex.matchesWhole(path)
  }
}

/** Whether a segment of the path ends before `index`. */
export function endsSegment(path: string, index: number): boolean {
  return index === path.length || path.charCodeAt(index) === 47 /* / */
}
