import type { Finding } from '@heddle/shared/api/problem'
import type { AuthorizationPolicy } from '@heddle/shared/model/authorization-policy'
import type { AuthorizationSource } from '@heddle/shared/model/authorization-rule'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { portProtocol } from '@heddle/shared/model/port-protocol'
import type { Workload } from '../catalog/catalog.ts'
import { type SourceName, sourceAddresses } from '../catalog/source-addresses.ts'
import { asksForRequest } from '../snapshot/to-connection-rule.ts'
import { finding } from './finding.ts'
import { missingService } from './missing-service.ts'
import type { ValidationContext } from './validation-context.ts'

/** A policy protects something, lets somebody in, and does not close the mesh by mistake. */
export function* checkAuthorization(context: ValidationContext): Iterable<Finding> {
  for (const policy of context.ofKind('AuthorizationPolicy')) {
    yield* checkTargets(context, policy)
    yield* checkReach(context, policy)
    yield* checkCallers(context, policy)
  }
}

function* checkTargets(context: ValidationContext, policy: AuthorizationPolicy): Iterable<Finding> {
  const { metadata, spec } = policy
  const { namespace } = metadata
  for (const [index, { name }] of (spec.targetRefs ?? []).entries()) {
    if (!context.service(namespace, name)) {
      yield missingService(context, policy, ['spec', 'targetRefs', index, 'name'], { namespace, name })
    }
  }
  const workloads = protectedWorkloads(context, policy)
  if (workloads.length === 0 && spec.targetRefs === undefined) {
    yield finding('HED-203', policy, spec.selector ? ['spec', 'selector', 'matchLabels'] : ['metadata', 'namespace'], {
      message: spec.selector ? 'no workload has these labels' : `namespace ${namespace} has no workloads`,
      why: 'The policy protects nothing now. It will act on workloads that join later.',
      fix: 'Compare the labels with those of the workloads that you mean.',
    })
  }
  yield* checkTcpPorts(policy, tcpServices(context, policy, workloads))
}

/** Connections have no methods, paths or headers: what a rule asks of them means something else on a TCP port. */
function* checkTcpPorts(policy: AuthorizationPolicy, services: readonly string[]): Iterable<Finding> {
  if (services.length === 0) return
  const { action = 'ALLOW', rules = [] } = policy.spec
  for (const [index, rule] of rules.entries()) {
    if (!asksForRequest(rule)) continue
    yield finding('HED-604', policy, ['spec', 'rules', index], {
      message:
        action === 'ALLOW'
          ? `the rule lets nobody connect to ${services.join(', ')}, which speaks TCP`
          : `on ${services.join(', ')}, which speaks TCP, the rule denies whatever its callers and ports say`,
      why: 'A connection has no host, method, path or header that could be compared.',
      fix:
        action === 'ALLOW'
          ? 'Add a rule with callers and ports only.'
          : 'Say which ports are meant, or select workloads that speak HTTP only.',
    })
  }
}

function* checkReach(context: ValidationContext, policy: AuthorizationPolicy): Iterable<Finding> {
  const { action = 'ALLOW', rules = [], selector } = policy.spec
  const deniesAll = rules.findIndex((rule) => action === 'DENY' && isEverything(rule))
  const isClosed = (action === 'ALLOW' && rules.length === 0) || deniesAll >= 0
  if (!isClosed) return
  const path = deniesAll >= 0 ? ['spec', 'rules', deniesAll] : ['spec']
  if (policy.metadata.namespace === meshDefaults.rootNamespace && selector === undefined) {
    yield finding('HED-603', policy, path, {
      message: 'this closes every workload of the mesh',
      why: `A policy of namespace ${meshDefaults.rootNamespace} without selector acts on all of them at once.`,
      fix: 'Close one namespace after the other, once its callers are allowed.',
    })
    return
  }
  const count = protectedWorkloads(context, policy).length
  yield finding(deniesAll >= 0 ? 'HED-605' : 'HED-601', policy, path, {
    message:
      deniesAll >= 0
        ? `the empty rule denies every request to ${instances(count)}`
        : `an ALLOW policy without rules denies every request to ${instances(count)} that no other policy allows`,
    why: deniesAll >= 0 ? 'DENY comes first: no ALLOW policy can open it again.' : 'Nothing matches it.',
    fix: deniesAll >= 0 ? 'Say in the rule what shall be denied.' : 'Add rules that say who may call.',
  })
}

function* checkCallers(context: ValidationContext, policy: AuthorizationPolicy): Iterable<Finding> {
  // A mesh whose workloads have not joined yet knows no callers.
  if (context.catalog.workloads.length === 0) return
  const { action = 'ALLOW', rules = [] } = policy.spec
  let open = 0
  for (const [ruleIndex, { from }] of rules.entries()) {
    if (from === undefined) {
      open++
      continue
    }
    for (const [sourceIndex, { source }] of from.entries()) {
      const path = ['spec', 'rules', ruleIndex, 'from', sourceIndex, 'source']
      let isEmpty = false
      for (const [field, index, name] of namesOf(source, policy.metadata.namespace)) {
        if (sourceAddresses(context.catalog, [name]).length > 0) continue
        isEmpty = isEmpty || sourceAddresses(context.catalog, allNames(source, field, policy)).length === 0
        yield finding('HED-204', policy, [...path, field, index], {
          message: `no workload is ${textOf(name)}`,
          why: 'This part of the rule matches nobody until such a workload joins.',
          fix: 'Compare it with the service accounts and namespaces of the workloads.',
        })
      }
      if (!isEmpty) open++
    }
  }
  if (action === 'ALLOW' && rules.length > 0 && open === 0) {
    yield finding('HED-602', policy, ['spec', 'rules'], {
      message: 'none of the rules matches a workload that exists',
      why: 'Every request to the protected workloads that no other policy allows would be denied.',
      fix: 'Name callers that exist.',
    })
  }
}

function protectedWorkloads(context: ValidationContext, { metadata, spec }: AuthorizationPolicy): readonly Workload[] {
  const { namespace } = metadata
  if (spec.targetRefs) {
    return spec.targetRefs.flatMap(({ name }) => {
      const service = context.service(namespace, name)
      return service ? context.catalog.select(namespace, service.spec.selector) : []
    })
  }
  const selector = spec.selector?.matchLabels ?? {}
  if (namespace !== meshDefaults.rootNamespace) return context.catalog.select(namespace, selector)
  const namespaces = new Set(context.catalog.workloads.map(({ entry }) => entry.metadata.namespace))
  return [...namespaces].flatMap((one) => context.catalog.select(one, selector))
}

/** Services with a TCP port among whose instances is a protected one. */
function tcpServices(
  context: ValidationContext,
  policy: AuthorizationPolicy,
  workloads: readonly Workload[],
): string[] {
  const isProtected = new Set(workloads)
  return [...context.catalog.services.values()]
    .filter(({ spec }) => spec.ports.some((port) => portProtocol(port) === 'tcp'))
    .filter(
      ({ metadata, spec }) =>
        context.catalog.select(metadata.namespace, spec.selector).some((workload) => isProtected.has(workload)) ||
        (metadata.namespace === policy.metadata.namespace &&
          (policy.spec.targetRefs?.some(({ name }) => name === metadata.name) ?? false)),
    )
    .map(({ metadata }) => `Service ${metadata.namespace}/${metadata.name}`)
}

function isEverything({ from, to, when }: NonNullable<AuthorizationPolicy['spec']['rules']>[number]): boolean {
  return from === undefined && to === undefined && when === undefined
}

type NamedField = 'principals' | 'namespaces' | 'serviceAccounts'

function* namesOf(source: AuthorizationSource, policyNamespace: string): Iterable<[NamedField, number, SourceName]> {
  for (const [index, pattern] of (source.principals ?? []).entries()) {
    yield ['principals', index, { kind: 'principal', pattern }]
  }
  for (const [index, pattern] of (source.namespaces ?? []).entries()) {
    yield ['namespaces', index, { kind: 'namespace', pattern }]
  }
  for (const [index, name] of (source.serviceAccounts ?? []).entries()) {
    yield ['serviceAccounts', index, { kind: 'service-account', name, policyNamespace }]
  }
}

function allNames(source: AuthorizationSource, field: NamedField, policy: AuthorizationPolicy): SourceName[] {
  return [...namesOf(source, policy.metadata.namespace)].filter(([one]) => one === field).map(([, , name]) => name)
}

function textOf(name: SourceName): string {
  switch (name.kind) {
    case 'principal':
      return `principal ${name.pattern}`
    case 'namespace':
      return `in namespace ${name.pattern}`
    case 'service-account':
      return `service account ${name.name}`
  }
}

function instances(count: number): string {
  return count === 1 ? 'one instance' : `${count} instances`
}
