import { z } from 'zod'
import { Hostname } from './dns-name.ts'
import { GatewayDuration } from './duration.ts'
import { fields } from './field-support.ts'
import { HttpMatch } from './http-match.ts'
import { HttpRouteFilter } from './http-route-filter.ts'
import { ObjectMeta, statusIsRefused } from './object-meta.ts'
import { refuseBadRule } from './refuse-bad-rule.ts'
import { BackendRef, ParentRef } from './service-ref.ts'

export const HttpRouteTimeouts = fields({
  request: GatewayDuration.optional().meta({
    title: 'Request timeout',
    description:
      'From the end of the request to the end of the response, all attempts together; then 504. `0s` switches it off. Default: 15s.',
    examples: ['2s'],
  }),
  backendRequest: GatewayDuration.optional().meta({
    title: 'Attempt timeout',
    description:
      'For one attempt; must not be above the request timeout. Without it, a request that timed out is not tried again.',
    examples: ['500ms'],
  }),
}).meta({ title: 'Timeouts' })
export type HttpRouteTimeouts = z.infer<typeof HttpRouteTimeouts>

export const HttpRouteRetry = fields({
  codes: z.array(z.int().min(400).max(599)).max(64).optional().meta({
    title: 'Statuses',
    description: 'Answers of the backend that are tried again, besides connection failures.',
  }),
  attempts: z
    .int()
    .min(0)
    .max(10)
    .optional()
    .meta({ title: 'Attempts', description: 'Further attempts after the first. 0 switches retries off. Default: 2.' }),
  backoff: GatewayDuration.optional().meta({
    title: 'Back-off',
    description: 'Base of an exponential pause with full jitter, at most ten times the base. Default: 25ms.',
  }),
}).meta({
  title: 'Retry',
  description:
    'Without it: 2 attempts on connection failure, refused stream, gRPC unavailable and cancelled. A budget of 20 % of the requests in flight always holds.',
})
export type HttpRouteRetry = z.infer<typeof HttpRouteRetry>

export const HttpRouteRule = fields(
  {
    name: z
      .string()
      .min(1)
      .max(253)
      .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
      .optional()
      .meta({ title: 'Name', description: 'For people; unique within the route.' }),
    matches: z
      .array(HttpMatch)
      .max(64)
      .optional()
      .meta({ title: 'Matches', description: 'One of them must hold. Default: every request.' }),
    filters: z.array(HttpRouteFilter).max(16).optional().meta({ title: 'Filters' }),
    backendRefs: z
      .array(BackendRef)
      .max(16)
      .optional()
      .meta({ title: 'Backends', description: 'Requests are split among them by weight.' }),
    timeouts: HttpRouteTimeouts.optional(),
    retry: HttpRouteRetry.optional(),
  },
  ['sessionPersistence'],
)
  .superRefine(refuseBadRule)
  .meta({ title: 'Rule' })
export type HttpRouteRule = z.infer<typeof HttpRouteRule>

/** Most matches of one route, over all of its rules (Gateway API). */
const matchesMax = 128

export const HttpRouteSpec = fields(
  {
    parentRefs: z.array(ParentRef).min(1).max(32).meta({ title: 'Parents' }),
    hostnames: z.array(Hostname).max(16).optional().meta({
      title: 'Hostnames',
      description:
        'Further names, from outside the mesh, under which callers reach the parent through their sidecar. The route then acts on requests for these names only. Default: the names of the Service.',
    }),
    rules: z
      .array(HttpRouteRule)
      .min(1)
      .max(64)
      .refine((rules) => rules.reduce((sum, rule) => sum + (rule.matches?.length ?? 1), 0) <= matchesMax, {
        error: `the rules together have more than ${matchesMax} matches`,
        params: { code: 'HED-106', fix: 'Split the route in two.' },
      })
      .meta({
        title: 'Rules',
        description:
          'The most specific match wins, whatever the order: exact path, regular expression, longest prefix, method, most headers, most query parameters, oldest route, name, order. What no rule matches is answered 404.',
      }),
  },
  ['useDefaultGateways'],
)

/** gateway.networking.k8s.io/v1 HTTPRoute with Services as parents (GAMMA). */
export const HttpRoute = fields(
  {
    apiVersion: z.literal('gateway.networking.k8s.io/v1'),
    kind: z.literal('HTTPRoute'),
    metadata: ObjectMeta,
    spec: HttpRouteSpec,
  },
  [],
  statusIsRefused,
).meta({
  title: 'HTTPRoute',
  description: 'Routes the requests for a Service: match, split, rewrite, redirect, mirror, timeouts, retries.',
})
export type HttpRoute = z.infer<typeof HttpRoute>
