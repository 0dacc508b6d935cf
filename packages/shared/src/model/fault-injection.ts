import { z } from 'zod'
import { DnsLabel } from './dns-name.ts'
import { GoDuration } from './duration.ts'
import { fields } from './field-support.ts'
import { grpcStatusNames } from './grpc-status.ts'
import { HttpMatch } from './http-match.ts'
import { ObjectMeta, statusIsRefused } from './object-meta.ts'
import { TargetRef } from './service-ref.ts'

/** 0.0001 is the finest share that proxies can draw. */
const Percentage = z
  .number()
  .min(0)
  .max(100)
  .refine((percent) => Math.abs(percent * 10_000 - Math.round(percent * 10_000)) < 1e-6, {
    error: 'has more than four decimals, finer than a proxy can draw',
    params: { code: 'HED-106' },
  })
  .meta({ title: 'Share of requests', description: 'In percent, 0 to 100, at most four decimals.', examples: [30] })

export const FaultSource = fields({
  service: DnsLabel.meta({ title: 'Service', description: 'The Service that the calling workload belongs to.' }),
  namespace: DnsLabel.optional().meta({ title: 'Namespace', description: 'Default: the namespace of the fault.' }),
}).meta({ title: 'Caller' })
export type FaultSource = z.infer<typeof FaultSource>

export const FaultDelay = fields({
  percentage: Percentage,
  fixedDelay: GoDuration.meta({ title: 'Delay', description: 'How long matching requests wait.', examples: ['2s'] }),
}).meta({ title: 'Delay' })

export const FaultAbort = fields({
  percentage: Percentage,
  httpStatus: z
    .int()
    .min(200)
    .max(599)
    .optional()
    .meta({ title: 'HTTP status', description: 'What matching requests are answered with.', examples: [503] }),
  grpcStatus: z
    .enum(grpcStatusNames)
    .optional()
    .meta({ title: 'gRPC status', description: 'What matching calls are answered with.' }),
})
  .superRefine(({ httpStatus, grpcStatus }, context) => {
    if ((httpStatus === undefined) === (grpcStatus === undefined)) {
      context.addIssue({
        code: 'custom',
        message: 'needs httpStatus or grpcStatus, and only one of them',
        params: { code: 'HED-111', fix: 'Write for example "httpStatus: 503".' },
      })
    }
  })
  .meta({ title: 'Abort' })

export const FaultBandwidth = fields({
  percentage: Percentage,
  kibPerSecond: z
    .int()
    .min(1)
    .max(1_000_000)
    .meta({ title: 'KiB per second', description: 'How fast the body of a matching answer goes out.', examples: [16] }),
}).meta({ title: 'Bandwidth of answers' })

export const FaultReset = fields({ percentage: Percentage }).meta({
  title: 'Reset',
  description: 'The connection of matching requests is cut without an answer.',
})

export const FaultInjectionSpec = fields({
  targetRef: TargetRef.meta({ title: 'Target', description: 'The Service whose instances inject the fault.' }),
  from: z.array(FaultSource).min(1).max(32).optional().meta({
    title: 'Callers',
    description: 'Only their requests. Default: every caller.',
  }),
  match: z.array(HttpMatch).min(1).max(32).optional().meta({
    title: 'Requests',
    description: 'Only requests for which one of these matches holds. Default: every request.',
  }),
  delay: FaultDelay.optional(),
  abort: FaultAbort.optional(),
  responseBandwidth: FaultBandwidth.optional(),
  reset: FaultReset.optional(),
  maxActiveFaults: z.int().min(1).max(1_000_000).optional().meta({
    title: 'Most at once',
    description: 'Faults in progress per listener of a proxy; above it requests pass unharmed. Default: no limit.',
  }),
  expiresAt: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({
      title: 'Ends at',
      description: 'Proxies stop by themselves at this time, even without a control plane.',
      examples: ['2026-12-01T15:00:00Z'],
    }),
  duration: GoDuration.optional().meta({
    title: 'Lasts',
    description: 'Counted from the moment its revision is made. Default: 30m, unless expiresAt is given.',
    examples: ['10m'],
  }),
}).superRefine((spec, context) => {
  const { delay, abort, responseBandwidth, reset } = spec
  if ([delay, abort, responseBandwidth, reset].every((part) => part === undefined)) {
    context.addIssue({
      code: 'custom',
      message: 'no delay, abort, responseBandwidth or reset: the fault does nothing',
      params: { code: 'HED-104', fix: 'Add "abort" or "delay".' },
    })
  }
  if (spec.expiresAt !== undefined && spec.duration !== undefined) {
    context.addIssue({
      code: 'custom',
      path: ['duration'],
      message: 'duration and expiresAt exclude each other',
      params: { code: 'HED-111', fix: 'Keep one of them.' },
    })
  }
})

/** heddle.dev/v1alpha1 FaultInjection: delays, aborts, slow answers and cut connections at the destination, with an end. */
export const FaultInjection = fields(
  {
    apiVersion: z.literal('heddle.dev/v1alpha1'),
    kind: z.literal('FaultInjection'),
    metadata: ObjectMeta,
    spec: FaultInjectionSpec,
  },
  [],
  statusIsRefused,
).meta({
  title: 'FaultInjection',
  description:
    "Delays, aborts, slows down or cuts a share of the requests of a Service on purpose. Injected beside the destination, so that the callers' timeouts and retries are tested.",
})
export type FaultInjection = z.infer<typeof FaultInjection>
