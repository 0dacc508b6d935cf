import { stringify } from 'yaml'
import type { PolicyPrefill } from '#paths'
import type { EditableKind } from './editable-kinds.ts'

/** The text that a new policy begins with. `home`: its namespace, where nothing else says one. */
export function policyTemplate(kind: EditableKind, prefill: PolicyPrefill, port: number, home: string): string {
  const [namespace = home, destination = ''] = prefill.destination?.split('/') ?? []
  const [sourceNamespace = namespace, source = ''] = prefill.source?.split('/') ?? []
  const metadata = (suffix: string) => ({
    name: [source, destination, suffix].filter(Boolean).join('-') || suffix,
    namespace,
  })
  return stringify(bodyOf(), { lineWidth: 0 })

  function bodyOf(): object {
    switch (kind) {
      case 'FaultInjection':
        return {
          apiVersion: 'heddle.dev/v1alpha1',
          kind,
          metadata: metadata('fault'),
          spec: {
            targetRef: { group: '', kind: 'Service', name: destination },
            ...(source === ''
              ? {}
              : {
                  from: [{ service: source, ...(sourceNamespace === namespace ? {} : { namespace: sourceNamespace }) }],
                }),
            abort: { percentage: 10, httpStatus: 503 },
            duration: '30m',
          },
        }
      case 'RateLimit':
        return {
          apiVersion: 'heddle.dev/v1alpha1',
          kind,
          metadata: metadata('limit'),
          spec: {
            targetRef: { group: '', kind: 'Service', name: destination },
            limit: { requests: 100, interval: '1s' },
          },
        }
      case 'AuthorizationPolicy': {
        const action = prefill.action ?? 'ALLOW'
        return {
          apiVersion: 'security.istio.io/v1',
          kind,
          metadata: metadata(action.toLowerCase()),
          spec: {
            // Without one it protects every workload of its namespace.
            ...(destination === '' ? {} : { targetRefs: [{ group: '', kind: 'Service', name: destination }] }),
            action,
            rules: [source === '' ? {} : { from: [{ source: { serviceAccounts: [`${sourceNamespace}/${source}`] } }] }],
          },
        }
      }
      case 'HTTPRoute':
        return {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind,
          metadata: { name: destination || 'route', namespace },
          spec: {
            parentRefs: [{ group: '', kind: 'Service', name: destination, port }],
            rules: [{ backendRefs: [{ name: destination, port, weight: 100 }], timeouts: { request: '5s' } }],
          },
        }
      case 'DestinationRule':
        return {
          apiVersion: 'networking.istio.io/v1',
          kind,
          metadata: { name: destination || 'rule', namespace },
          spec: {
            host: `${destination}.${namespace}.svc.cluster.local`,
            trafficPolicy: { loadBalancer: { simple: 'LEAST_REQUEST' } },
          },
        }
    }
  }
}
