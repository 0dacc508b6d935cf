/** One plain object of each kind, and objects around one part. */
export const meta = { name: 'payments', namespace: 'shop' }

export const route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: meta,
  spec: {
    parentRefs: [{ group: '', kind: 'Service', name: 'payments', port: 8080 }],
    rules: [{ backendRefs: [{ name: 'payments-v1', port: 8080, weight: 80 }] }],
  },
}

export const rule = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: meta,
  spec: { host: 'payments', trafficPolicy: { loadBalancer: { simple: 'ROUND_ROBIN' } } },
}

export const fault = {
  apiVersion: 'heddle.dev/v1alpha1',
  kind: 'FaultInjection',
  metadata: meta,
  spec: {
    targetRef: { kind: 'Service', name: 'payments' },
    abort: { percentage: 30, httpStatus: 503 },
    duration: '10m',
  },
}

export const limit = {
  apiVersion: 'heddle.dev/v1alpha1',
  kind: 'RateLimit',
  metadata: meta,
  spec: { targetRef: { kind: 'Service', name: 'payments' }, limit: { requests: 100, interval: '1s' } },
}

export const authorization = {
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: meta,
  spec: { rules: [{ from: [{ source: { serviceAccounts: ['shop/checkout'] } }] }] },
}

export const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta,
  spec: { selector: { app: 'payments' }, ports: [{ port: 8080 }] },
}

export const entry = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'WorkloadEntry',
  metadata: meta,
  spec: { address: '127.0.1.1' },
}

export function match(one: object) {
  return { matches: [one] }
}
export function redirect(requestRedirect: object) {
  return { type: 'RequestRedirect', requestRedirect }
}
export function rewrite(urlRewrite: object) {
  return { type: 'URLRewrite', urlRewrite }
}
export function edit(requestHeaderModifier: object) {
  return { type: 'RequestHeaderModifier', requestHeaderModifier }
}
export function mirror(share: object) {
  return { type: 'RequestMirror', requestMirror: { backendRef: { name: 'a', port: 1 }, ...share } }
}
export function traffic(trafficPolicy: object) {
  return { ...rule, spec: { ...rule.spec, trafficPolicy } }
}
export function faulty(spec: object) {
  return { ...fault, spec: { ...fault.spec, ...spec } }
}
export function access(spec: object) {
  return { ...authorization, spec: { ...authorization.spec, ...spec } }
}
export function source(one: object) {
  return access({ rules: [{ from: [{ source: one }] }] })
}
export function operation(one: object) {
  return access({ rules: [{ to: [{ operation: one }] }] })
}
export function condition(one: object) {
  return access({ rules: [{ when: [one] }] })
}
