import { z } from 'zod'
import { choices, fields } from './field-support.ts'
import { HeaderName } from './header-name.ts'
import { regexProblem } from './regex-problem.ts'

/** Methods of RFC 9110 and PATCH, as Gateway API lists them. */
export const HttpMethod = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'])
export type HttpMethod = z.infer<typeof HttpMethod>

/**
 * Exact: the whole path. PathPrefix: whole segments, so `/cart` matches `/cart` and `/cart/7`, not `/carts`.
 * RegularExpression: the whole path, RE2.
 */
export const HttpPathMatch = fields({
  type: choices(['Exact', 'PathPrefix', 'RegularExpression'])
    .optional()
    .meta({ title: 'Type', description: '`PathPrefix` compares whole segments. Default: `PathPrefix`.' }),
  value: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .meta({ title: 'Value', description: 'The path without query. Default: `/`.', examples: ['/charge'] }),
})
  .superRefine(({ type = 'PathPrefix', value = '/' }, context) => {
    if (type === 'RegularExpression') return refuseBadPattern({ type, value }, context)
    const problem = pathProblem(value)
    if (problem) {
      context.addIssue({ code: 'custom', path: ['value'], message: problem, params: { code: 'HED-105' } })
    }
  })
  .meta({ title: 'Path', description: 'Compares the normalised path, the same that authorization sees.' })
export type HttpPathMatch = z.infer<typeof HttpPathMatch>

/** What makes a path one that no normalised request path can equal; Gateway API refuses the same. */
export function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'must begin with "/"'
  if (path.includes('//')) return 'must not contain "//": paths are merged before they are matched'
  if (/\/\.\.?(\/|$)/.test(path)) return 'must not contain "/./" or "/../": paths are resolved before they are matched'
  if (/%2f/i.test(path)) return 'must not contain "%2F": it is decoded to "/" before matching'
  if (path.includes('#')) return 'must not contain "#"'
  if (path.includes('?')) return 'must not contain "?": match query parameters with queryParams'
  if (!/^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/.test(path)) {
    return 'contains a character that a path cannot have; percent-encode it'
  }
  return undefined
}

const NamedMatch = {
  type: choices(['Exact', 'RegularExpression'])
    .optional()
    .meta({ title: 'Type', description: '`RegularExpression` matches the whole value, RE2. Default: `Exact`.' }),
  value: z.string().min(1).max(4096).meta({ title: 'Value' }),
}

export const HttpHeaderMatch = fields({ name: HeaderName.meta({ title: 'Name' }), ...NamedMatch })
  .superRefine(refuseBadPattern)
  .meta({
    title: 'Header',
    description: 'Names compare without case. A repeated header is matched as one, joined by ",".',
  })
export type HttpHeaderMatch = z.infer<typeof HttpHeaderMatch>

export const HttpQueryParamMatch = fields({ name: HeaderName.meta({ title: 'Name' }), ...NamedMatch })
  .superRefine(refuseBadPattern)
  .meta({ title: 'Query parameter', description: 'The first parameter of the name is compared, decoded.' })
export type HttpQueryParamMatch = z.infer<typeof HttpQueryParamMatch>

/** One set of conditions; all of them must hold. */
export const HttpMatch = fields({
  path: HttpPathMatch.optional(),
  headers: z.array(HttpHeaderMatch).max(16).superRefine(refuseRepeatedNames).optional().meta({ title: 'Headers' }),
  queryParams: z
    .array(HttpQueryParamMatch)
    .max(16)
    .superRefine(refuseRepeatedNames)
    .optional()
    .meta({ title: 'Query parameters' }),
  method: HttpMethod.optional().meta({ title: 'Method' }),
}).meta({ title: 'Match', description: 'All of its conditions must hold.' })
export type HttpMatch = z.infer<typeof HttpMatch>

function refuseBadPattern(
  match: { type?: 'Exact' | 'RegularExpression' | undefined; value: string },
  context: z.RefinementCtx,
): void {
  if (match.type !== 'RegularExpression') return
  const problem = regexProblem(match.value)
  if (problem) {
    context.addIssue({
      code: 'custom',
      path: ['value'],
      message: problem,
      params: { code: 'HED-110', fix: 'Write it in RE2 syntax: https://github.com/google/re2/wiki/Syntax' },
    })
  }
}

function refuseRepeatedNames(matches: readonly { name: string }[], context: z.RefinementCtx): void {
  const seen = new Set<string>()
  for (const [index, { name }] of matches.entries()) {
    const key = name.toLowerCase()
    if (seen.has(key)) {
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: `"${name}" is matched twice; only the first would count`,
        params: { code: 'HED-113', fix: 'Keep one of them, or write one regular expression.' },
      })
    }
    seen.add(key)
  }
}
