import { expect, test } from 'vitest'
import type { z } from 'zod'
import { type Kind, kinds } from './any-object.ts'
import { fieldSupport } from './field-support.ts'
import { schemaAt } from './schema-at.ts'

/**
 * The fields of each standard, as its API reference lists them (Kubernetes 1.34, Gateway API 1.4, Istio 1.28).
 * A path names an object inside the kind; "0" is an entry of a list.
 */
const standards: readonly (readonly [Kind, string, readonly string[]])[] = [
  [
    'Service',
    'spec',
    words(`allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy
      healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP
      loadBalancerSourceRanges ports publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig
      trafficDistribution type`),
  ],
  ['Service', 'spec.ports.0', words('appProtocol name nodePort port protocol targetPort')],
  ['WorkloadEntry', 'spec', words('address ports labels network locality weight serviceAccount')],
  ['HTTPRoute', 'spec', words('parentRefs hostnames rules useDefaultGateways')],
  ['HTTPRoute', 'spec.parentRefs.0', words('group kind namespace name sectionName port')],
  ['HTTPRoute', 'spec.rules.0', words('name matches filters backendRefs timeouts retry sessionPersistence')],
  ['HTTPRoute', 'spec.rules.0.matches.0', words('path headers queryParams method')],
  ['HTTPRoute', 'spec.rules.0.matches.0.path', words('type value')],
  ['HTTPRoute', 'spec.rules.0.matches.0.headers.0', words('type name value')],
  ['HTTPRoute', 'spec.rules.0.backendRefs.0', words('group kind namespace name port weight filters')],
  ['HTTPRoute', 'spec.rules.0.timeouts', words('request backendRequest')],
  ['HTTPRoute', 'spec.rules.0.retry', words('codes attempts backoff')],
  ['DestinationRule', 'spec', words('host trafficPolicy subsets exportTo workloadSelector')],
  [
    'DestinationRule',
    'spec.trafficPolicy',
    words('loadBalancer connectionPool outlierDetection tls portLevelSettings tunnel proxyProtocol retryBudget'),
  ],
  [
    'DestinationRule',
    'spec.trafficPolicy.loadBalancer',
    words('simple consistentHash localityLbSetting warmupDurationSecs warmup'),
  ],
  [
    'DestinationRule',
    'spec.trafficPolicy.loadBalancer.consistentHash',
    words('httpHeaderName httpCookie useSourceIp httpQueryParameterName ringHash maglev minimumRingSize'),
  ],
  ['DestinationRule', 'spec.trafficPolicy.loadBalancer.consistentHash.httpCookie', words('name path ttl attributes')],
  [
    'DestinationRule',
    'spec.trafficPolicy.connectionPool.tcp',
    words('maxConnections connectTimeout tcpKeepalive maxConnectionDuration idleTimeout'),
  ],
  [
    'DestinationRule',
    'spec.trafficPolicy.connectionPool.http',
    words(`http1MaxPendingRequests http2MaxRequests maxRequestsPerConnection maxRetries idleTimeout h2UpgradePolicy
      useClientProtocol maxConcurrentStreams`),
  ],
  [
    'DestinationRule',
    'spec.trafficPolicy.outlierDetection',
    words(`consecutiveErrors splitExternalLocalOriginErrors consecutiveLocalOriginFailures consecutiveGatewayErrors
      consecutive5xxErrors interval baseEjectionTime maxEjectionPercent minHealthPercent`),
  ],
  [
    'DestinationRule',
    'spec.trafficPolicy.portLevelSettings.0',
    words('port loadBalancer connectionPool outlierDetection tls'),
  ],
  ['AuthorizationPolicy', 'spec', words('selector targetRefs rules action provider')],
  ['AuthorizationPolicy', 'spec.selector', words('matchLabels')],
  ['AuthorizationPolicy', 'spec.rules.0', words('from to when')],
  [
    'AuthorizationPolicy',
    'spec.rules.0.from.0.source',
    words(`principals notPrincipals requestPrincipals notRequestPrincipals namespaces notNamespaces serviceAccounts
      notServiceAccounts ipBlocks notIpBlocks remoteIpBlocks notRemoteIpBlocks`),
  ],
  [
    'AuthorizationPolicy',
    'spec.rules.0.to.0.operation',
    words('hosts notHosts ports notPorts methods notMethods paths notPaths'),
  ],
  ['AuthorizationPolicy', 'spec.rules.0.when.0', words('key values notValues')],
  [
    'AuthorizationPolicy',
    'metadata',
    words(`name generateName namespace labels annotations uid resourceVersion generation creationTimestamp
      deletionTimestamp deletionGracePeriodSeconds ownerReferences finalizers managedFields selfLink`),
  ],
]

test.each(standards)('every standard field of %s %s is implemented or refused by name', (kind, path, names) => {
  const parts = path.split('.').map((part) => (part === '0' ? 0 : part))

  const schema = schemaAt(kinds[kind].schema, undefined, parts) as z.ZodObject | undefined
  const support = schema && fieldSupport.get(schema)
  const known = [
    ...Object.keys(schema?.shape ?? {}),
    ...(support?.notYet ?? []),
    ...Object.keys(support?.refused ?? {}),
  ]

  expect(names.filter((name) => !known.includes(name))).toEqual([])
})

test.each(Object.values(kinds).map(({ kind }) => kind))(
  'the fields of %s that are refused are not implemented',
  (kind) => {
    const overlap: string[] = []

    visit(kinds[kind].schema, (schema) => {
      const names = fieldSupport.get(schema)?.notYet ?? []
      overlap.push(...names.filter((name) => Object.hasOwn(schema.shape, name)))
    })

    expect(overlap).toEqual([])
  },
)

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean)
}

function visit(schema: z.ZodObject, seen: (schema: z.ZodObject) => void): void {
  seen(schema)
  for (const name of Object.keys(schema.shape)) {
    const inner = schemaAt(schema, undefined, [name])
    const element = inner && 'element' in inner ? schemaAt(schema, undefined, [name, 0]) : inner
    if (element && 'shape' in element) visit(element as z.ZodObject, seen)
  }
}
