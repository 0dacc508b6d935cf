import type { MessageInitShape } from '@bufbuild/protobuf'
import type { HttpMatch, HttpPathMatch } from '@heddle/shared/model/http-match'
import type {
  HeaderMatcherSchema,
  QueryParameterMatcherSchema,
  RouteMatchSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import type { StringMatcherSchema } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/string_pb'
import { trimSlash } from './match-precedence.ts'

export type HeaderMatcherInit = MessageInitShape<typeof HeaderMatcherSchema>
type PathInit = NonNullable<MessageInitShape<typeof RouteMatchSchema>['pathSpecifier']>

/** What ours use of Envoy's `RouteMatch`. */
export type RouteMatchInit = {
  readonly pathSpecifier: PathInit
  readonly headers?: HeaderMatcherInit[]
  readonly queryParameters?: MessageInitShape<typeof QueryParameterMatcherSchema>[]
}

/**
 * The conditions of a match as Envoy routes have them; several when one route cannot say it.
 *
 * gRPC clients refuse `path_separated_prefix`, so for them whole segments are a path and a prefix. Empty for a match
 * that no gRPC call can meet: calls have no query, and a client would ignore the condition and match everything.
 */
export function toRouteMatches(match: HttpMatch, dialect: 'envoy' | 'grpc'): RouteMatchInit[] {
  if (dialect === 'grpc' && (match.queryParams?.length ?? 0) > 0) return []
  const headers: HeaderMatcherInit[] = (match.headers ?? []).map((header) =>
    headerMatcher(header.name.toLowerCase(), stringMatcher(header.type, header.value)),
  )
  if (match.method !== undefined) headers.unshift(headerMatcher(':method', stringMatcher('Exact', match.method)))
  const queryParameters: MessageInitShape<typeof QueryParameterMatcherSchema>[] = (match.queryParams ?? []).map(
    (parameter) => ({
      name: parameter.name,
      queryParameterMatchSpecifier: { case: 'stringMatch', value: stringMatcher(parameter.type, parameter.value) },
    }),
  )
  return pathSpecifiers(match.path, dialect).map((pathSpecifier) => ({ pathSpecifier, headers, queryParameters }))
}

/** A header that equals a text. */
export function exactHeader(name: string, value: string): HeaderMatcherInit {
  return headerMatcher(name, stringMatcher('Exact', value))
}

function pathSpecifiers(path: HttpPathMatch | undefined, dialect: 'envoy' | 'grpc'): PathInit[] {
  const value = path?.value ?? '/'
  switch (path?.type ?? 'PathPrefix') {
    case 'Exact':
      return [{ case: 'path', value }]
    case 'RegularExpression':
      return [{ case: 'safeRegex', value: { regex: value } }]
    case 'PathPrefix': {
      const prefix = trimSlash(value)
      if (prefix === '') return [{ case: 'prefix', value: '/' }]
      if (dialect === 'envoy') return [{ case: 'pathSeparatedPrefix', value: prefix }]
      return [
        { case: 'path', value: prefix },
        { case: 'prefix', value: `${prefix}/` },
      ]
    }
  }
}

function headerMatcher(name: string, value: MessageInitShape<typeof StringMatcherSchema>): HeaderMatcherInit {
  return { name, headerMatchSpecifier: { case: 'stringMatch', value } }
}

function stringMatcher(
  type: 'Exact' | 'RegularExpression' | undefined,
  value: string,
): MessageInitShape<typeof StringMatcherSchema> {
  return type === 'RegularExpression'
    ? { matchPattern: { case: 'safeRegex', value: { regex: value } } }
    : { matchPattern: { case: 'exact', value } }
}
