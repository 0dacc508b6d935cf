import { isPolicy, type PolicyObject } from '@heddle/shared/model/any-object'
import { parseObject } from '@heddle/shared/model/parse-object'
import type { Service } from '@heddle/shared/model/service'
import { workloadNameLabel } from '@heddle/shared/model/workload-entry'
import { parseAllDocuments } from 'yaml'
import type { Catalog, Workload } from '../catalog/catalog.ts'
import type { MeshConfig, PolicyVersion } from './mesh-config.ts'
import type { ProxyDescription } from './proxy-description.ts'

/** A small mesh for tests: two namespaces, every kind of policy, HTTP, gRPC and TCP ports. */

export const exampleTime = Date.parse('2026-11-24T12:00:00Z')

export function exampleCatalog(): Catalog {
  return {
    sequence: 1,
    services: [
      service('shop', 'web', { app: 'web' }),
      service('shop', 'catalog', { app: 'catalog' }, [
        { name: 'http', port: 8080 },
        { name: 'grpc', port: 9090 },
      ]),
      service('shop', 'payments', { app: 'payments' }),
      service('shop', 'payments-v1', { app: 'payments', version: 'v1' }),
      service('shop', 'payments-v2', { app: 'payments', version: 'v2' }),
      service('shop', 'ledger', { app: 'ledger' }, [{ name: 'tcp-ledger', port: 5432 }]),
      service('bank', 'rates', { app: 'rates' }, [{ name: 'http', port: 80, targetPort: 8080 }]),
    ],
    workloads: [
      workload('shop', 'web', 'v1', '127.1.1.1'),
      workload('shop', 'catalog', 'v1', '127.1.2.1'),
      workload('shop', 'catalog', 'v1', '127.1.2.2', { zone: 'b' }),
      workload('shop', 'payments', 'v1', '127.1.3.1'),
      workload('shop', 'payments', 'v2', '127.1.4.1', { health: 'draining' }),
      workload('shop', 'ledger', 'v1', '127.1.5.1'),
      workload('bank', 'rates', 'v1', '127.1.6.1'),
    ],
  }
}

export function examplePolicies(): PolicyObject[] {
  return policies(exampleYaml)
}

/** Policies from YAML; throws with all problems when one of them is bad. */
export function policies(yaml: string): PolicyObject[] {
  const documents = parseAllDocuments(yaml)
  return (Array.isArray(documents) ? documents : []).flatMap((document) => {
    if (document.contents === null) return []
    const result = parseObject(document.toJS())
    if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems, null, 2))
    if (!isPolicy(result.object)) throw new Error(`${result.object.kind} is no policy`)
    return [result.object]
  })
}

/** A configuration in which the first policy came with revision 1, the second with 2, and so on. */
export function meshConfig(objects: readonly PolicyObject[], overrides: Partial<MeshConfig> = {}): MeshConfig {
  const versions = objects.map(
    (object, index): PolicyVersion => ({
      object,
      revision: index + 1,
      createdRevision: index + 1,
      activeSince: exampleTime,
    }),
  )
  return { revision: objects.length, policies: versions, catalog: exampleCatalog(), now: exampleTime, ...overrides }
}

export function exampleProxy(app: string, overrides: Partial<ProxyDescription> = {}): ProxyDescription {
  return {
    nodeId: `sidecar~127.1.3.1~${app}-v1-1.shop~shop.svc.cluster.local`,
    dialect: 'heddle',
    namespace: 'shop',
    workload: `${app}-v1`,
    service: app,
    serviceAccount: app,
    labels: { app, version: 'v1' },
    instanceIps: ['127.1.3.1'],
    inbound: [{ port: 8080, protocol: 'http', app: { address: '127.0.0.1', port: 9001 } }],
    outbound: { address: '127.0.0.1', port: 9002 },
    locality: { region: 'local', zone: 'a' },
    ...overrides,
  }
}

export function service(
  namespace: string,
  name: string,
  selector: Record<string, string>,
  ports: Service['spec']['ports'] = [{ name: 'http', port: 8080 }],
): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector, ports } }
}

export function workload(
  namespace: string,
  app: string,
  version: string,
  address: string,
  { zone = 'a', ...overrides }: Partial<Workload> & { zone?: string } = {},
): Workload {
  return {
    entry: {
      apiVersion: 'networking.istio.io/v1',
      kind: 'WorkloadEntry',
      metadata: { name: `${app}-${version}-${address.replaceAll('.', '-')}`, namespace },
      spec: {
        address,
        labels: { app, version, [workloadNameLabel]: `${app}-${version}` },
        locality: `local/${zone}`,
        serviceAccount: app,
      },
    },
    health: 'healthy',
    isProxied: true,
    ...overrides,
  }
}

const exampleYaml = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments, port: 8080 }]
  rules:
    - matches:
        - path: { type: Exact, value: /charge }
          method: POST
          headers: [{ name: X-Beta, value: "yes" }]
      backendRefs: [{ name: payments-v2, port: 8080 }]
      timeouts: { request: 3s, backendRequest: 1s }
      retry: { codes: [502, 503], attempts: 2, backoff: 100ms }
    - matches:
        - path: { type: PathPrefix, value: /old/ }
      filters:
        - type: RequestRedirect
          requestRedirect: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / }, statusCode: 301 }
    - matches:
        - path: { type: PathPrefix, value: /legacy }
      filters:
        - type: URLRewrite
          urlRewrite: { hostname: payments.example, path: { type: ReplacePrefixMatch, replacePrefixMatch: /v2 } }
        - type: RequestHeaderModifier
          requestHeaderModifier:
            set: [{ name: X-From, value: "100% legacy" }]
            add: [{ name: x-tag, value: a }]
            remove: [X-Debug]
        - type: ResponseHeaderModifier
          responseHeaderModifier: { remove: [server] }
        - type: RequestMirror
          requestMirror: { backendRef: { name: payments-v2, port: 8080 }, percent: 10 }
      backendRefs: [{ name: payments-v1, port: 8080 }]
    - matches:
        - path: { type: RegularExpression, value: "/receipts/[0-9]+" }
          queryParams: [{ name: format, value: pdf }]
      backendRefs: [{ name: payments-v1, port: 8080 }]
      timeouts: { request: 0s }
      retry: { attempts: 0 }
    - backendRefs:
        - { name: payments-v1, port: 8080, weight: 80 }
        - { name: payments-v2, port: 8080, weight: 20 }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: rates-of-shop, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: rates, namespace: bank }]
  rules:
    - backendRefs: [{ name: rates, namespace: bank, port: 80 }]
      timeouts: { request: 250ms }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: outside, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: catalog, port: 8080 }]
  hostnames: [catalog.example.com, "*.shop.example.com"]
  rules:
    - backendRefs: [{ name: catalog, port: 8080 }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: catalog, namespace: shop }
spec:
  host: catalog
  trafficPolicy:
    loadBalancer: { simple: ROUND_ROBIN }
    connectionPool:
      tcp: { maxConnections: 50, connectTimeout: 500ms, tcpKeepalive: { time: 60s, interval: 10s, probes: 3 } }
      http: { http1MaxPendingRequests: 20, http2MaxRequests: 200, maxRequestsPerConnection: 1000, idleTimeout: 5m }
    outlierDetection: { consecutive5xxErrors: 3, interval: 5s, baseEjectionTime: 15s, maxEjectionPercent: 50 }
    retryBudget: { percent: 30, minRetryConcurrency: 5 }
    portLevelSettings:
      - port: { number: 9090 }
        loadBalancer: { simple: RANDOM }
---
apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: slow-charges, namespace: shop }
spec:
  targetRef: { kind: Service, name: payments }
  from: [{ service: web }, { service: rates, namespace: bank }]
  match: [{ path: { type: Exact, value: /charge }, method: POST }]
  delay: { percentage: 12.5, fixedDelay: 1.5s }
  abort: { percentage: 30, httpStatus: 503 }
  maxActiveFaults: 10
  expiresAt: "2026-11-24T13:00:00Z"
---
apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: over, namespace: shop }
spec:
  targetRef: { kind: Service, name: payments }
  abort: { percentage: 100, httpStatus: 500 }
  expiresAt: "2026-11-24T11:00:00Z"
---
apiVersion: heddle.dev/v1alpha1
kind: RateLimit
metadata: { name: charges, namespace: shop }
spec:
  targetRef: { kind: Service, name: payments }
  scope: Mesh
  match: [{ path: { type: Exact, value: /charge }, method: POST }]
  countBy: [{ type: Header, name: X-User }, { type: Caller }, { type: ClientAddress }]
  limit: { requests: 100, interval: 1m }
  failureModeDeny: true
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: payments-callers, namespace: shop }
spec:
  selector: { matchLabels: { app: payments } }
  rules:
    - from: [{ source: { serviceAccounts: [shop/web] } }]
      to: [{ operation: { methods: [POST], paths: [/charge, /old*] } }]
      when: [{ key: "request.headers[x-team]", values: [a*, "*b", "*"] }]
    - from: [{ source: { notNamespaces: [bank] } }]
      to: [{ operation: { methods: [GET], ports: ["8080"], hosts: ["payments*"] } }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: no-bank, namespace: shop }
spec:
  action: DENY
  targetRefs: [{ kind: Service, name: payments }]
  rules:
    - from: [{ source: { principals: ["spiffe://cluster.local/ns/bank/sa/*"], notIpBlocks: [10.0.0.0/8] } }]
    - when: [{ key: source.ip, values: [192.168.0.0/16] }]
`
