import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { PathMatcher } from '../match/path-matcher.ts'

/** How much of a path a route matched, which is what a prefix rewrite replaces. */
export function matchedLength(matcher: PathMatcher, path: string): number {
  switch (matcher.kind) {
    case 'exact':
      return matcher.path.length
    case 'prefix':
    case 'segment-prefix':
      return matcher.prefix.length
    case 'connect':
    case 'regex':
    case 'template':
      throw new ResourceRejected(path, 'needs a route that matches a path or a prefix')
  }
}
