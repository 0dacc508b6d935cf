import type { MessageInitShape } from '@bufbuild/protobuf'
import type { HttpMatch, HttpPathMatch } from '@heddle/shared/model/http-match'
import { limitId, limitKey } from '@heddle/shared/model/limit-id'
import type { RateLimit, RateLimitSource } from '@heddle/shared/model/rate-limit'
import type { RateLimit_ActionSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { callerHeader } from './fault-routes.ts'
import { queryKey } from './limit-descriptor.ts'
import { trimSlash } from './match-precedence.ts'
import { exactHeader, type HeaderMatcherInit, toRouteMatches } from './to-route-match.ts'

export type LimitActionInit = MessageInitShape<typeof RateLimit_ActionSchema>

/** One match and caller of a limit: how a request is described for which both hold. */
export type LimitEntry = {
  readonly actions: readonly LimitActionInit[]
  /** What the actions make. */
  readonly descriptor: readonly { readonly key: string; readonly value: string }[]
}

/**
 * Every match and caller of a limit is a description of its own, so that limits do not depend on each other or on the routes.
 */
export function limitEntries(limit: RateLimit): LimitEntry[] {
  const { metadata, spec } = limit
  return (spec.match ?? [{}]).flatMap((match, matchIndex) =>
    (spec.from ?? [undefined]).map((source, sourceIndex): LimitEntry => {
      const id = limitId(metadata, matchIndex, sourceIndex)
      const query = queryAction(match)
      return {
        actions: [headersAction(id, match, source, metadata.namespace), ...(query === undefined ? [] : [query])],
        descriptor: [{ key: limitKey, value: id }, ...(query === undefined ? [] : [{ key: queryKey, value: 'yes' }])],
      }
    }),
  )
}

function headersAction(
  id: string,
  match: HttpMatch,
  source: RateLimitSource | undefined,
  ownNamespace: string,
): LimitActionInit {
  // Path and query are conditions of their own here.
  const headers: HeaderMatcherInit[] = [
    ...toRouteMatches({ ...match, path: undefined }, 'envoy').flatMap((each) => each.headers ?? []),
    ...pathHeader(match.path),
    ...(source === undefined
      ? []
      : [exactHeader(callerHeader, `${source.service}.${source.namespace ?? ownNamespace}`)]),
  ]
  return headers.length === 0
    ? { actionSpecifier: { case: 'genericKey', value: { descriptorKey: limitKey, descriptorValue: id } } }
    : {
        actionSpecifier: { case: 'headerValueMatch', value: { descriptorKey: limitKey, descriptorValue: id, headers } },
      }
}

function queryAction(match: HttpMatch): LimitActionInit | undefined {
  const queryParameters = toRouteMatches({ queryParams: match.queryParams }, 'envoy').flatMap(
    (each) => each.queryParameters ?? [],
  )
  if (queryParameters.length === 0) return undefined
  return {
    actionSpecifier: {
      case: 'queryParameterValueMatch',
      value: { descriptorKey: queryKey, descriptorValue: 'yes', queryParameters },
    },
  }
}

/** The path as the pseudo header has it, with its query behind. */
function pathHeader(path: HttpPathMatch | undefined): HeaderMatcherInit[] {
  const regex = pathRegex(path)
  if (regex === undefined) return []
  return [
    {
      name: ':path',
      headerMatchSpecifier: { case: 'stringMatch', value: { matchPattern: { case: 'safeRegex', value: { regex } } } },
    },
  ]
}

function pathRegex(path: HttpPathMatch | undefined): string | undefined {
  const value = path?.value ?? '/'
  switch (path?.type ?? 'PathPrefix') {
    case 'Exact':
      return `${literal(value)}${anyQuery}`
    case 'RegularExpression':
      return `(?:${value})${anyQuery}`
    case 'PathPrefix': {
      const prefix = trimSlash(value)
      return prefix === '' ? undefined : `${literal(prefix)}(?:/[^?]*)?${anyQuery}`
    }
  }
}

const anyQuery = '(?:\\?.*)?'

function literal(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}
