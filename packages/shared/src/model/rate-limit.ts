import { z } from 'zod'
import { DnsLabel } from './dns-name.ts'
import { GoDuration } from './duration.ts'
import { choices, fields } from './field-support.ts'
import { HeaderName } from './header-name.ts'
import { HttpMatch } from './http-match.ts'
import { ObjectMeta, statusIsRefused } from './object-meta.ts'
import { parseDuration } from './parse-duration.ts'
import { TargetRef } from './service-ref.ts'

const Requests = z.int().min(1).max(1_000_000)

/** Buckets fill in steps of the proxies' clock; Envoy refuses shorter ones. */
const intervalMinMs = 50

export const RateLimitSource = fields({
  service: DnsLabel.meta({ title: 'Service', description: 'The Service that the calling workload belongs to.' }),
  namespace: DnsLabel.optional().meta({ title: 'Namespace', description: 'Default: the namespace of the limit.' }),
}).meta({ title: 'Caller' })
export type RateLimitSource = z.infer<typeof RateLimitSource>

export const RateLimitAmount = fields({
  requests: Requests.meta({ title: 'Requests', description: 'So many in each interval.', examples: [100] }),
  interval: GoDuration.meta({ title: 'Interval', description: 'At least 50ms.', examples: ['1s', '1m'] }),
  burst: Requests.optional().meta({
    title: 'Burst',
    description: 'So many at once after a pause. Default: as many as in an interval.',
  }),
})
  .superRefine(({ interval }, context) => {
    const ms = parseDuration(interval)
    if (ms === undefined || ms >= intervalMinMs) return
    context.addIssue({
      code: 'custom',
      path: ['interval'],
      message: `is shorter than ${intervalMinMs} ms`,
      params: { code: 'HED-106', fix: 'Write a longer interval with more requests in it.' },
    })
  })
  .meta({ title: 'Limit' })

export const RateLimitKey = fields({
  type: choices(['Header', 'Caller', 'ClientAddress']).meta({
    title: 'Type',
    description:
      '`Header`: the value of a request header. `Caller`: the calling Service. `ClientAddress`: its address.',
  }),
  name: HeaderName.optional().meta({ title: 'Header', description: 'Of `type: Header`.', examples: ['x-user'] }),
})
  .superRefine(({ type, name }, context) => {
    if ((type === 'Header') === (name !== undefined)) return
    context.addIssue({
      code: 'custom',
      path: ['name'],
      message: type === 'Header' ? 'is missing: which header?' : `does not go with type ${type}`,
      params: { code: 'HED-111', fix: 'Name a header with `type: Header`, and nothing with the others.' },
    })
  })
  .meta({ title: 'Counted by' })
export type RateLimitKey = z.infer<typeof RateLimitKey>

function refuseRepeatedKeys(keys: readonly RateLimitKey[], context: z.RefinementCtx): void {
  const seen = new Set<string>()
  for (const [index, { type, name }] of keys.entries()) {
    const key = `${type} ${name?.toLowerCase() ?? ''}`
    if (seen.has(key)) {
      context.addIssue({
        code: 'custom',
        path: [index],
        message: 'counts by the same value as one before it',
        params: { code: 'HED-113', fix: 'Keep one of them.' },
      })
    }
    seen.add(key)
  }
}

/** What only a count that the mesh shares can do. */
const meshOnly = ['countBy', 'shadowMode', 'failureModeDeny'] as const

export const RateLimitSpec = fields({
  targetRef: TargetRef.meta({ title: 'Target', description: 'The Service whose instances keep the limit.' }),
  scope: choices(['Instance', 'Mesh']).optional().meta({
    title: 'Scope',
    description:
      '`Instance`: each instance counts by itself. `Mesh`: all instances share one count, which the control plane keeps. Default: `Instance`.',
  }),
  from: z.array(RateLimitSource).min(1).max(32).optional().meta({
    title: 'Callers',
    description: 'Only their requests, each caller by itself. Default: all callers together.',
  }),
  match: z.array(HttpMatch).min(1).max(16).optional().meta({
    title: 'Requests',
    description: 'Only requests for which one of these matches holds, each match by itself. Default: every request.',
  }),
  countBy: z.array(RateLimitKey).min(1).max(4).superRefine(refuseRepeatedKeys).optional().meta({
    title: 'Counted by',
    description:
      'Each combination of these has a count of its own; requests without a value share one. Only with `scope: Mesh`. Default: one count.',
  }),
  limit: RateLimitAmount,
  shadowMode: z.boolean().optional().meta({
    title: 'Shadow mode',
    description: 'Counts and reports, and refuses nothing. Only with `scope: Mesh`. Default: false.',
  }),
  failureModeDeny: z.boolean().optional().meta({
    title: 'Deny without an answer',
    description:
      'What happens while the control plane does not answer: true refuses with 500, false lets requests pass. Only with `scope: Mesh`. Default: false.',
  }),
}).superRefine((spec, context) => {
  if (spec.scope === 'Mesh') return
  for (const field of meshOnly) {
    if (spec[field] === undefined) continue
    context.addIssue({
      code: 'custom',
      path: [field],
      message: `${field} needs a count that the instances share`,
      params: { code: 'HED-111', fix: 'Write "scope: Mesh", or leave it out.' },
    })
  }
})
export type RateLimitSpec = z.infer<typeof RateLimitSpec>

/** heddle.dev/v1alpha1 RateLimit: token buckets, beside the destination or in the control plane for all of its instances. */
export const RateLimit = fields(
  {
    apiVersion: z.literal('heddle.dev/v1alpha1'),
    kind: z.literal('RateLimit'),
    metadata: ObjectMeta,
    spec: RateLimitSpec,
  },
  [],
  statusIsRefused,
).meta({
  title: 'RateLimit',
  description:
    'How many requests an instance of a Service takes, or all of them together with `scope: Mesh`. What is beyond is answered 429.',
})
export type RateLimit = z.infer<typeof RateLimit>
