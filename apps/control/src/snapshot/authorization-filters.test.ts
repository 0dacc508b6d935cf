import { fromBinary } from '@bufbuild/protobuf'
import { evaluateAuthz } from '@heddle/engine/authz/authz-policy-set'
import { compileAuthzPolicySet } from '@heddle/engine/authz/compile-authz-policy-set'
import type { PeerView } from '@heddle/engine/request/peer-view'
import { requestWith } from '@heddle/engine/request/request.fixture'
import type { RequestView } from '@heddle/engine/request/request-view'
import { RBACSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/rbac/v3/rbac_pb'
import { expect, test } from 'vitest'
import { authorizationFilters } from './authorization-filters.ts'
import { meshConfig, policies } from './example-mesh.fixture.ts'
import { viewOf } from './mesh-view.ts'
import { protectingPolicies } from './protecting-policies.ts'

// What is compiled here is evaluated with the engine that proxies enforce with.

const web = '127.1.1.1'
const rates = '127.1.6.1'
const stranger = '10.9.9.9'

type Call = { from?: string; method?: string; path?: string; port?: number; headers?: Record<string, string> }

/** Whether payments answers, and the policy that decided. */
function decide(specs: readonly string[], call: Call, labels: Record<string, string> = { app: 'payments' }) {
  const objects = specs.flatMap((spec, index) =>
    policies(`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: p${index}, namespace: ${spec.startsWith('root') ? 'heddle-system' : 'shop'} }
spec: ${spec.replace(/^root/, '')}
`),
  )
  const view = viewOf(meshConfig(objects))
  const filters = authorizationFilters(view, protectingPolicies(view, { namespace: 'shop', labels }))
  for (const { name, configType } of filters) {
    const packed = configType?.case === 'typedConfig' ? configType.value.value : undefined
    const { rules } = fromBinary(RBACSchema, packed ?? new Uint8Array())
    if (!rules) continue
    const decision = evaluateAuthz(compileAuthzPolicySet(rules, name ?? ''), requestOf(call), peerOf(call))
    if (!decision.allowed) return `denied by ${decision.matchedPolicy || 'default'}`
  }
  return 'allowed'
}

test.each<[string, string[], Call, string]>([
  ['without a policy everyone is allowed', [], { from: stranger }, 'allowed'],
  ['an ALLOW policy without rules denies everyone', ['{}'], { from: web }, 'denied by default'],
  ['an ALLOW policy with an empty rule allows everyone', ['{ rules: [{}] }'], { from: stranger }, 'allowed'],
  ['a DENY policy without rules denies nobody', ['{ action: DENY }'], { from: web }, 'allowed'],
  [
    'a DENY policy with an empty rule denies everyone',
    ['{ action: DENY, rules: [{}] }'],
    { from: web },
    'denied by ns[shop]-policy[p0]-rule[0]',
  ],
  [
    'DENY comes before ALLOW, whatever their order',
    ['{ rules: [{}] }', '{ action: DENY, rules: [{ to: [{ operation: { paths: [/charge] } }] }] }'],
    { path: '/charge' },
    'denied by ns[shop]-policy[p1]-rule[0]',
  ],
  [
    'what no ALLOW rule matches is denied',
    ['{ rules: [{ to: [{ operation: { methods: [GET] } }] }] }'],
    { method: 'POST' },
    'denied by default',
  ],
  [
    'one of several ALLOW policies is enough',
    [
      '{ rules: [{ to: [{ operation: { methods: [GET] } }] }] }',
      '{ rules: [{ to: [{ operation: { methods: [POST] } }] }] }',
    ],
    { method: 'POST' },
    'allowed',
  ],
  [
    'a deny-all beside another ALLOW policy closes nothing that the other opens',
    ['{}', '{ rules: [{ from: [{ source: { serviceAccounts: [shop/web] } }] }] }'],
    { from: web },
    'allowed',
  ],
  [
    'a caller is known by its service account',
    ['{ rules: [{ from: [{ source: { serviceAccounts: [shop/web] } }] }] }'],
    { from: web },
    'allowed',
  ],
  [
    'another service account is not',
    ['{ rules: [{ from: [{ source: { serviceAccounts: [shop/web] } }] }] }'],
    { from: rates },
    'denied by default',
  ],
  [
    'a caller that nobody knows has no identity',
    ['{ rules: [{ from: [{ source: { principals: ["*"] } }] }] }'],
    { from: stranger },
    'denied by default',
  ],
  [
    '"*" is every known caller',
    ['{ rules: [{ from: [{ source: { principals: ["*"] } }] }] }'],
    { from: rates },
    'allowed',
  ],
  [
    'a name that no workload has matches nobody',
    ['{ rules: [{ from: [{ source: { namespaces: [nowhere] } }] }] }'],
    { from: web },
    'denied by default',
  ],
  [
    'ALLOW notNamespaces lets in others',
    ['{ rules: [{ from: [{ source: { notNamespaces: [bank] } }] }] }'],
    { from: web },
    'allowed',
  ],
  [
    'ALLOW notNamespaces does not let in who is named',
    ['{ rules: [{ from: [{ source: { notNamespaces: [bank] } }] }] }'],
    { from: rates },
    'denied by default',
  ],
  [
    'ALLOW notNamespaces does not let in a stranger (2021-004)',
    ['{ rules: [{ from: [{ source: { notNamespaces: [bank] } }] }] }'],
    { from: stranger },
    'denied by default',
  ],
  [
    'DENY notPrincipals hits a stranger (2021-004)',
    ['{ action: DENY, rules: [{ from: [{ source: { notPrincipals: ["cluster.local/ns/shop/sa/web"] } }] }] }'],
    { from: stranger },
    'denied by ns[shop]-policy[p0]-rule[0]',
  ],
  [
    'DENY notPrincipals spares who is named',
    ['{ action: DENY, rules: [{ from: [{ source: { notPrincipals: ["cluster.local/ns/shop/sa/web"] } }] }] }'],
    { from: web },
    'allowed',
  ],
  [
    'DENY notPrincipals with a name that nobody has hits everyone',
    ['{ action: DENY, rules: [{ from: [{ source: { notPrincipals: [nobody] } }] }] }'],
    { from: web },
    'denied by ns[shop]-policy[p0]-rule[0]',
  ],
  [
    'address blocks are those of the connection',
    ['{ rules: [{ from: [{ source: { ipBlocks: [10.0.0.0/8] } }] }] }'],
    { from: stranger, headers: { 'x-forwarded-for': '127.1.1.1' } },
    'allowed',
  ],
  [
    'a header cannot claim an address',
    ['{ rules: [{ from: [{ source: { ipBlocks: [127.1.1.1] } }] }] }'],
    { from: stranger, headers: { 'x-forwarded-for': '127.1.1.1' } },
    'denied by default',
  ],
  [
    'fields of a source must all hold',
    ['{ rules: [{ from: [{ source: { namespaces: [shop], ipBlocks: [127.1.6.0/24] } }] }] }'],
    { from: web },
    'denied by default',
  ],
  [
    'one of several sources is enough',
    ['{ rules: [{ from: [{ source: { namespaces: [bank] } }, { source: { namespaces: [shop] } }] }] }'],
    { from: web },
    'allowed',
  ],
  [
    'source and operation must both hold',
    ['{ rules: [{ from: [{ source: { namespaces: [shop] } }], to: [{ operation: { methods: [POST] } }] }] }'],
    { from: web, method: 'GET' },
    'denied by default',
  ],
  [
    'fields of an operation must all hold',
    ['{ rules: [{ to: [{ operation: { methods: [GET], paths: [/a] } }] }] }'],
    { path: '/b' },
    'denied by default',
  ],
  [
    'a path matches whole',
    ['{ rules: [{ to: [{ operation: { paths: [/charge] } }] }] }'],
    { path: '/charge/7' },
    'denied by default',
  ],
  [
    'a path prefix',
    ['{ rules: [{ to: [{ operation: { paths: ["/charge*"] } }] }] }'],
    { path: '/charge/7' },
    'allowed',
  ],
  ['a path suffix', ['{ rules: [{ to: [{ operation: { paths: ["*/info"] } }] }] }'], { path: '/a/info' }, 'allowed'],
  [
    'a dot in a path is a dot',
    ['{ rules: [{ to: [{ operation: { paths: ["/a.b"] } }] }] }'],
    { path: '/aXb' },
    'denied by default',
  ],
  [
    'paths that are excluded',
    ['{ rules: [{ to: [{ operation: { notPaths: ["/admin*"] } }] }] }'],
    { path: '/admin/x' },
    'denied by default',
  ],
  ['hosts compare without case', ['{ rules: [{ to: [{ operation: { hosts: ["PAYMENTS*"] } }] }] }'], {}, 'allowed'],
  [
    'the port of the workload',
    ['{ rules: [{ to: [{ operation: { ports: ["9090"] } }] }] }'],
    { port: 8080 },
    'denied by default',
  ],
  [
    'a condition on a header',
    ['{ rules: [{ when: [{ key: "request.headers[X-Team]", values: [a*] }] }] }'],
    { headers: { 'x-team': 'abc' } },
    'allowed',
  ],
  [
    'a header that must be absent',
    ['{ rules: [{ when: [{ key: "request.headers[x-debug]", notValues: ["*"] }] }] }'],
    { headers: { 'x-debug': '1' } },
    'denied by default',
  ],
  [
    'all conditions must hold',
    ['{ rules: [{ when: [{ key: source.namespace, values: [shop] }, { key: destination.port, values: ["1"] }] }] }'],
    { from: web },
    'denied by default',
  ],
  [
    'a condition on the caller',
    ['{ rules: [{ when: [{ key: source.principal, values: ["*/sa/web"] }] }] }'],
    { from: web },
    'allowed',
  ],
  [
    'a dot in the name of an account is a dot (2026-003)',
    ['{ rules: [{ from: [{ source: { serviceAccounts: ["shop/w.b"] } }] }] }'],
    { from: web },
    'denied by default',
  ],
  [
    'a dot in a principal with a wildcard is a dot (2026-003)',
    ['{ rules: [{ from: [{ source: { principals: ["*/s./web"] } }] }] }'],
    { from: web },
    'denied by default',
  ],
  ['a policy of the root namespace protects everyone', ['root{}'], { from: web }, 'denied by default'],
  [
    'a selector that does not select the workload does nothing',
    ['{ selector: { matchLabels: { app: web } } }'],
    { from: web },
    'allowed',
  ],
  [
    'a target that the workload belongs to',
    ['{ targetRefs: [{ kind: Service, name: payments }] }'],
    { from: web },
    'denied by default',
  ],
  ['a target that it does not belong to', ['{ targetRefs: [{ kind: Service, name: web }] }'], { from: web }, 'allowed'],
  ['a target that does not exist', ['{ targetRefs: [{ kind: Service, name: ghost }] }'], { from: web }, 'allowed'],
])('%s', (_, specs, call, outcome) => {
  expect(decide(specs, call)).toBe(outcome)
})

function requestOf({ method = 'GET', path = '/', headers = {} }: Call): RequestView {
  return requestWith({ ...headers, ':method': method, ':path': path, ':authority': 'payments' })
}

function peerOf({ from = web, port = 8080 }: Call): PeerView {
  return {
    address: from,
    directAddress: from,
    port: 40_000,
    remoteAddress: from,
    principal: undefined,
    names: undefined,
    destinationAddress: '127.1.3.1',
    destinationPort: port,
    sni: undefined,
  }
}
