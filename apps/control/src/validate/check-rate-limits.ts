import type { Finding } from '@heddle/shared/api/problem'
import { serviceKey } from '../catalog/catalog-index.ts'
import { finding } from './finding.ts'
import { missingService } from './missing-service.ts'
import type { ValidationContext } from './validation-context.ts'

/** A limit stands before a service that there is, for callers that there are. */
export function* checkRateLimits(context: ValidationContext): Iterable<Finding> {
  for (const limit of context.ofKind('RateLimit')) {
    const { metadata, spec } = limit
    if (!context.service(metadata.namespace, spec.targetRef.name)) {
      const target = { namespace: metadata.namespace, name: spec.targetRef.name }
      yield missingService(context, limit, ['spec', 'targetRef', 'name'], target)
    }
    for (const [index, source] of (spec.from ?? []).entries()) {
      const namespace = source.namespace ?? metadata.namespace
      if (context.service(namespace, source.service)) continue
      yield finding('HED-204', limit, ['spec', 'from', index, 'service'], {
        message: `there is no Service ${serviceKey(namespace, source.service)}`,
        why: 'No request comes from it, so the limit holds nobody back.',
        fix: 'Name the Service that the calling workload belongs to.',
      })
    }
  }
}
