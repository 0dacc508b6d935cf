import type { z } from 'zod'
import type { HttpMatch } from './http-match.ts'
import type { HttpRouteFilter } from './http-route-filter.ts'
import { parseDuration } from './parse-duration.ts'

type Rule = {
  matches?: HttpMatch[] | undefined
  filters?: HttpRouteFilter[] | undefined
  backendRefs?: unknown[] | undefined
  timeouts?: { request?: string | undefined; backendRequest?: string | undefined } | undefined
}

/** The rules of Gateway API over several fields of one HTTPRoute rule. */
export function refuseBadRule(rule: Rule, context: z.RefinementCtx): void {
  const refuse = (path: (string | number)[], message: string, fix: string) =>
    context.addIssue({ code: 'custom', path, message, params: { code: 'HED-111', fix } })

  const filters = rule.filters ?? []
  const first = new Map<string, number>()
  for (const [index, filter] of filters.entries()) {
    // Several mirrors make sense; two redirects do not.
    if (filter.type !== 'RequestMirror' && first.has(filter.type)) {
      refuse(['filters', index, 'type'], `a second ${filter.type} filter in one rule`, 'Join them into one filter.')
    }
    first.set(filter.type, index)

    const modifier =
      filter.type === 'RequestRedirect'
        ? filter.requestRedirect.path
        : filter.type === 'URLRewrite'
          ? filter.urlRewrite.path
          : undefined
    if (modifier?.type === 'ReplacePrefixMatch' && !hasOnePrefix(rule.matches)) {
      const field = filter.type === 'RequestRedirect' ? 'requestRedirect' : 'urlRewrite'
      refuse(
        ['filters', index, field, 'path'],
        'ReplacePrefixMatch needs a rule with exactly one match, and that one a PathPrefix',
        'Put the match into a rule of its own, or use ReplaceFullPath.',
      )
    }
  }

  const redirect = first.get('RequestRedirect')
  if (redirect !== undefined && first.has('URLRewrite')) {
    refuse(
      ['filters', redirect, 'type'],
      'a redirect and a rewrite in one rule: a redirected request reaches no backend',
      'Put them into different rules.',
    )
  }
  if (redirect !== undefined && (rule.backendRefs?.length ?? 0) > 0) {
    refuse(['backendRefs'], 'backends beside a redirect: a redirected request reaches none', 'Remove the backends.')
  }

  const requestMs = rule.timeouts?.request === undefined ? undefined : parseDuration(rule.timeouts.request)
  const attemptMs = rule.timeouts?.backendRequest === undefined ? 0 : (parseDuration(rule.timeouts.backendRequest) ?? 0)
  // 0s is "no limit", so nothing is above it.
  if (requestMs && attemptMs > requestMs) {
    context.addIssue({
      code: 'custom',
      path: ['timeouts', 'backendRequest'],
      message: `${rule.timeouts?.backendRequest} for one attempt is above ${rule.timeouts?.request} for the request`,
      params: { code: 'HED-403', fix: 'Lower backendRequest, or raise request.' },
    })
  }
}

function hasOnePrefix(matches: readonly HttpMatch[] | undefined): boolean {
  if (matches === undefined || matches.length === 0) return true // the default match is the prefix "/"
  return matches.length === 1 && (matches[0]?.path?.type ?? 'PathPrefix') === 'PathPrefix'
}
