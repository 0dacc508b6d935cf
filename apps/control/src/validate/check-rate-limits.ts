import type { Finding } from '@heddle/shared/api/problem'
import { portProtocol } from '@heddle/shared/model/port-protocol'
import { serviceKey } from '../catalog/catalog-index.ts'
import { finding } from './finding.ts'
import { missingService } from './missing-service.ts'
import type { ValidationContext } from './validation-context.ts'

/** A limit stands before a service that there is, for callers that there are. */
export function* checkRateLimits(context: ValidationContext): Iterable<Finding> {
  for (const limit of context.ofKind('RateLimit')) {
    const { metadata, spec } = limit
    const target = context.service(metadata.namespace, spec.targetRef.name)
    if (target === undefined) {
      const missing = { namespace: metadata.namespace, name: spec.targetRef.name }
      yield missingService(context, limit, ['spec', 'targetRef', 'name'], missing)
    } else if (target.spec.ports.every((port) => portProtocol(port) === 'tcp')) {
      yield finding('HED-207', limit, ['spec', 'targetRef', 'name'], {
        message: `Service ${serviceKey(metadata.namespace, spec.targetRef.name)} has no port that speaks HTTP`,
        why: 'Only HTTP requests are counted, so the limit holds nobody back.',
        fix: 'Name a Service with an HTTP port, or set appProtocol of its port to http.',
      })
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
