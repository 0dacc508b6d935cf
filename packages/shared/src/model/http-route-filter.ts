import { z } from 'zod'
import { PortNumber, PreciseHostname } from './dns-name.ts'
import { fieldSupport, fields } from './field-support.ts'
import { HeaderEdits } from './header-edits.ts'
import { pathProblem } from './http-match.ts'
import { MirrorRef } from './service-ref.ts'

const NewPath = z
  .string()
  .min(1)
  .max(1024)
  .superRefine((path, context) => {
    const problem = pathProblem(path)
    if (problem) context.addIssue({ code: 'custom', message: problem, params: { code: 'HED-105' } })
  })

/** Replaces the whole path, or the prefix that the rule matched; the query stays. */
export const PathModifier = z.discriminatedUnion('type', [
  fields({ type: z.literal('ReplaceFullPath'), replaceFullPath: NewPath }),
  fields({ type: z.literal('ReplacePrefixMatch'), replacePrefixMatch: NewPath }),
])
export type PathModifier = z.infer<typeof PathModifier>

export const RequestRedirect = fields({
  scheme: z.enum(['http', 'https']).optional().meta({ description: 'Default: the scheme of the request.' }),
  hostname: PreciseHostname.optional().meta({ description: 'Default: the host of the request.' }),
  path: PathModifier.optional().meta({ description: 'Default: the path of the request.' }),
  port: PortNumber.optional().meta({ description: 'Default: the port of the scheme.' }),
  statusCode: z
    .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)])
    .optional()
    .meta({ description: 'Default: 302.' }),
}).meta({ title: 'Redirect' })
export type RequestRedirect = z.infer<typeof RequestRedirect>

export const UrlRewrite = fields({
  hostname: PreciseHostname.optional().meta({ description: 'The host that the backend sees.' }),
  path: PathModifier.optional().meta({ description: 'The path that the backend sees.' }),
}).meta({ title: 'Rewrite' })
export type UrlRewrite = z.infer<typeof UrlRewrite>

const Fraction = fields({
  numerator: z.int().min(0),
  denominator: z.int().min(1).optional().meta({ description: 'Default: 100.' }),
}).refine(({ numerator, denominator = 100 }) => numerator <= denominator, {
  error: 'numerator must not be above denominator',
  path: ['numerator'],
  params: { code: 'HED-106' },
})

export const RequestMirror = fields({
  backendRef: MirrorRef,
  percent: z.int().min(0).max(100).optional().meta({ description: 'Share of the requests copied. Default: 100.' }),
  fraction: Fraction.optional().meta({ description: 'A finer share than percent.' }),
})
  .refine(({ percent, fraction }) => percent === undefined || fraction === undefined, {
    error: 'percent and fraction exclude each other',
    path: ['fraction'],
    params: { code: 'HED-111', fix: 'Keep one of them.' },
  })
  .meta({ title: 'Mirror', description: 'Sends a copy and drops its answer; never delays the request itself.' })
export type RequestMirror = z.infer<typeof RequestMirror>

/** What happens to a request on its way to the backend. */
export const HttpRouteFilter = z.discriminatedUnion('type', [
  fields({ type: z.literal('RequestHeaderModifier'), requestHeaderModifier: HeaderEdits }).meta({
    title: 'Edit request headers',
  }),
  fields({ type: z.literal('ResponseHeaderModifier'), responseHeaderModifier: HeaderEdits }).meta({
    title: 'Edit response headers',
  }),
  fields({ type: z.literal('RequestRedirect'), requestRedirect: RequestRedirect }).meta({ title: 'Redirect' }),
  fields({ type: z.literal('URLRewrite'), urlRewrite: UrlRewrite }).meta({ title: 'Rewrite' }),
  fields({ type: z.literal('RequestMirror'), requestMirror: RequestMirror }).meta({ title: 'Mirror' }),
])
export type HttpRouteFilter = z.infer<typeof HttpRouteFilter>
fieldSupport.add(HttpRouteFilter, { notYet: ['CORS', 'ExternalAuth', 'ExtensionRef'] })
