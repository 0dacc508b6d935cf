import type { Finding } from '@heddle/shared/api/problem'
import type { DestinationRule } from '@heddle/shared/model/destination-rule'
import { parseServiceHost } from '@heddle/shared/model/service-host'
import { serviceKey } from '../catalog/catalog-index.ts'
import { finding } from './finding.ts'
import { missingService } from './missing-service.ts'
import type { ValidationContext } from './validation-context.ts'

/** A rule is for a service of its own namespace, and is the only one for it. */
export function* checkDestinationRules(context: ValidationContext): Iterable<Finding> {
  const ruleByHost = new Map<string, DestinationRule>()
  for (const rule of context.ofKind('DestinationRule')) {
    const { metadata, spec } = rule
    const path = ['spec', 'host']
    const host = parseServiceHost(spec.host, metadata.namespace)
    if (!host) {
      yield finding('HED-201', rule, path, {
        message: `${spec.host} is not the name of a Service`,
        why: 'The rule would act on nothing.',
        fix: 'Write "<service>" or "<service>.<namespace>.svc.cluster.local".',
      })
      continue
    }
    if (host.namespace !== metadata.namespace) {
      yield finding('HED-206', rule, path, {
        message: `${spec.host} belongs to namespace ${host.namespace}, the rule to ${metadata.namespace}`,
        why: 'How a service is called is decided in its own namespace, or one team could throttle another.',
        fix: `Move the rule to namespace ${host.namespace}.`,
      })
      continue
    }
    const service = context.service(host.namespace, host.name)
    if (!service) {
      yield missingService(context, rule, path, host)
      continue
    }
    const key = serviceKey(host.namespace, host.name)
    const other = ruleByHost.get(key)
    if (other) {
      yield finding('HED-302', rule, path, {
        message: `${other.metadata.name} is for the same Service ${key}`,
        why: 'Two rules are not joined; the older would win, which neither of them shows.',
        fix: 'Join the two rules.',
        related: [other],
      })
    } else ruleByHost.set(key, rule)
    yield* checkSettings(rule, service.spec.ports)
  }
}

function* checkSettings(rule: DestinationRule, ports: readonly { readonly port: number }[]): Iterable<Finding> {
  const { trafficPolicy } = rule.spec
  const base = ['spec', 'trafficPolicy']
  yield* checkEjection(rule, trafficPolicy.outlierDetection, [...base, 'outlierDetection'])
  for (const [index, settings] of (trafficPolicy.portLevelSettings ?? []).entries()) {
    const path = [...base, 'portLevelSettings', index]
    if (!ports.some(({ port }) => port === settings.port.number)) {
      yield finding('HED-202', rule, [...path, 'port', 'number'], {
        message: `the Service has no port ${settings.port.number}`,
        why: 'The settings would act on nothing.',
        fix: `Its ports are ${ports.map(({ port }) => port).join(', ')}.`,
      })
    }
    yield* checkEjection(rule, settings.outlierDetection, [...path, 'outlierDetection'])
  }
}

function* checkEjection(
  rule: DestinationRule,
  outlier: DestinationRule['spec']['trafficPolicy']['outlierDetection'],
  path: readonly (string | number)[],
): Iterable<Finding> {
  if (outlier?.maxEjectionPercent !== 100 || (outlier.minHealthPercent ?? 0) > 0) return
  yield finding('HED-410', rule, [...path, 'maxEjectionPercent'], {
    message: 'all instances may be ejected at once',
    why: 'A failing dependency makes all of them look ill; the service would then answer nothing at all.',
    fix: 'Write at most 50, or set minHealthPercent.',
  })
}
