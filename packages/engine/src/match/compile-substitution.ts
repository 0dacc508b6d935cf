import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { LinearRegex } from './linear-regex.ts'

/**
 * What a match is replaced by: `\1` is a group, `\0` the match and `\\` a backslash. RE2 replaces nothing, or half of it, where a
 * substitution names what is not there; here it is refused, because a request could only fail by it.
 */
export function compileSubstitution(text: string, { groupCount }: LinearRegex, path: string): string {
  for (const [written, named] of text.matchAll(/\\(.?)/gsu)) {
    if (named === '\\') continue
    if (!/^\d$/.test(named ?? '')) throw new ResourceRejected(path, `"${written}" is neither a group nor a backslash`)
    if (Number(named) > groupCount) {
      throw new ResourceRejected(path, `names group ${named}, but the expression has ${groupCount}`)
    }
  }
  return text
}
