import { z } from 'zod'
import { AuthorizationRule } from './authorization-rule.ts'
import { choices, fields } from './field-support.ts'
import { Labels } from './labels.ts'
import { ObjectMeta, statusIsRefused } from './object-meta.ts'
import { TargetRef } from './service-ref.ts'

export const AuthorizationPolicySpec = fields(
  {
    selector: fields({
      matchLabels: Labels.meta({ title: 'Labels', description: 'Instances with all of these labels.' }),
    })
      .optional()
      .meta({
        title: 'Selector',
        description: 'Which workloads of the namespace it protects. Default: all of them.',
      }),
    targetRefs: z.array(TargetRef).min(1).max(16).optional().meta({
      title: 'Targets',
      description: 'The Services whose workloads it protects, instead of a selector.',
    }),
    action: choices(['ALLOW', 'DENY'], ['AUDIT', 'CUSTOM']).optional().meta({
      title: 'Action',
      description:
        'DENY is looked at first. Once a workload has an ALLOW policy, what none of them allows is denied. Default: ALLOW.',
    }),
    rules: z.array(AuthorizationRule).max(64).optional().meta({
      title: 'Rules',
      description:
        'A request matches when one rule does. Without rules nothing matches: an ALLOW policy then denies everything. An empty rule `{}` matches everything.',
    }),
  },
  ['provider'],
).superRefine(({ selector, targetRefs }, context) => {
  if (selector !== undefined && targetRefs !== undefined) {
    context.addIssue({
      code: 'custom',
      path: ['targetRefs'],
      message: 'selector and targetRefs exclude each other',
      params: { code: 'HED-111', fix: 'Keep one of them.' },
    })
  }
})

/** security.istio.io/v1 AuthorizationPolicy: who may call whom. */
export const AuthorizationPolicy = fields(
  {
    apiVersion: z.literal('security.istio.io/v1'),
    kind: z.literal('AuthorizationPolicy'),
    metadata: ObjectMeta,
    spec: AuthorizationPolicySpec,
  },
  [],
  statusIsRefused,
).meta({ title: 'AuthorizationPolicy', description: 'Who may call whom, and with what.' })
export type AuthorizationPolicy = z.infer<typeof AuthorizationPolicy>
