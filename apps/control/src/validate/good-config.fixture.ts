/** A configuration in which nothing is wrong. */
export const good = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments, port: 8080 }]
  rules:
    - matches: [{ path: { type: Exact, value: /charge } }]
      backendRefs: [{ name: payments-v1, port: 8080, weight: 80 }, { name: payments-v2, port: 8080, weight: 20 }]
      timeouts: { request: 5s, backendRequest: 1s }
    - backendRefs: [{ name: payments-v1, port: 8080 }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: catalog, namespace: shop }
spec:
  host: catalog.shop.svc.cluster.local
  trafficPolicy: { outlierDetection: { maxEjectionPercent: 50 } }
---
apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: slow, namespace: shop }
spec:
  targetRef: { kind: Service, name: catalog }
  from: [{ service: web }]
  delay: { percentage: 10, fixedDelay: 100ms }
  duration: 10m
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: callers, namespace: shop }
spec:
  selector: { matchLabels: { app: payments } }
  rules: [{ from: [{ source: { serviceAccounts: [shop/web] } }] }]
`

/** Parts to put in its place or beside it. */
export function route(name: string, rules: string, more = ''): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments, port: 8080 }]
${more}
  rules: [${rules}]
`
}

export function back(name: string): string {
  return `{ backendRefs: [{ name: ${name}, port: 8080 }] }`
}

export function rule(more: string): string {
  return `- backendRefs: [{ name: payments-v1, port: 8080 }]\n      ${more}`
}

export function redirect(fields: string): string {
  return `- filters: [{ type: RequestRedirect, requestRedirect: { ${fields} } }]`
}
