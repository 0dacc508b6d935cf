import type { MessageInitShape } from '@bufbuild/protobuf'
import type { HttpMatch } from '@heddle/shared/model/http-match'
import type { PathModifier } from '@heddle/shared/model/http-route-filter'
import type { RegexMatchAndSubstituteSchema } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/regex_pb'
import { trimSlash } from './match-precedence.ts'

export type PathRewrite =
  | { readonly kind: 'full'; readonly path: string }
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'regex'; readonly value: MessageInitShape<typeof RegexMatchAndSubstituteSchema> }

/** How the path changes, in Envoy's terms. */
export function toPathRewrite(modifier: PathModifier, match: HttpMatch): PathRewrite {
  if (modifier.type === 'ReplaceFullPath') return { kind: 'full', path: modifier.replaceFullPath }
  const matched = trimSlash(match.path?.value ?? '/')
  const replacement = trimSlash(modifier.replacePrefixMatch)
  // Envoy replaces the matched text and nothing more: "/" for "/cart" would make "/cart/7" into "//7", and a matched
  // "/" has its own slash in front of what follows.
  if (replacement === '') return { kind: 'regex', value: regex(`^${escapeRegex(matched)}/*`, '/') }
  if (matched === '') return { kind: 'regex', value: regex('^/', `${replacement}/`) }
  return { kind: 'prefix', prefix: replacement }
}

/** Replaces everything up to the query; Envoy has no plain field for it in a forwarding route. */
export function fullPathRegex(path: string): MessageInitShape<typeof RegexMatchAndSubstituteSchema> {
  return regex('^/.*$', path)
}

function regex(pattern: string, substitution: string): MessageInitShape<typeof RegexMatchAndSubstituteSchema> {
  // In a substitution, a backslash names a group.
  return { pattern: { regex: pattern }, substitution: substitution.replaceAll('\\', '\\\\') }
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
