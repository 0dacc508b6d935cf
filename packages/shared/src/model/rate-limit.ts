import { z } from 'zod'
import { DnsLabel } from './dns-name.ts'
import { GoDuration } from './duration.ts'
import { fields } from './field-support.ts'
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

export const RateLimitSpec = fields({
  targetRef: TargetRef.meta({ title: 'Target', description: 'The Service whose instances keep the limit.' }),
  from: z.array(RateLimitSource).min(1).max(32).optional().meta({
    title: 'Callers',
    description: 'Only their requests, each caller by itself. Default: all callers together.',
  }),
  match: z.array(HttpMatch).min(1).max(16).optional().meta({
    title: 'Requests',
    description: 'Only requests for which one of these matches holds, each match by itself. Default: every request.',
  }),
  limit: RateLimitAmount,
})
export type RateLimitSpec = z.infer<typeof RateLimitSpec>

/** heddle.dev/v1alpha1 RateLimit: token buckets beside the destination. */
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
    'How many requests an instance of a Service takes. Each instance counts by itself: three of them take three times as many. What is beyond is answered 429.',
})
export type RateLimit = z.infer<typeof RateLimit>
