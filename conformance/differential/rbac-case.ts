import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { inspectedTls } from './inspected-tls.ts'
import { makePaths } from './make-edge.ts'
import { makePolicies, ruleKinds } from './make-rbac.ts'
import { makeRequest } from './make-request.ts'

const rbac = 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3'

/** Deep trees of every kind of permission and principal, with shadow rules, over TLS or not, and instead of them on a route. */
export function makeRbacCase(draw: Draw, requests: number): Json {
  const isTls = draw.chance(0.4)
  const isEdge = draw.chance(0.4)
  const depth = draw.pick([1, 2, 3, 4])
  const rules = () => ({
    ...draw.maybe(0.85, 'rules', () => makePolicies(draw, depth, ruleKinds.all)),
    ...draw.maybe(0.3, 'shadow_rules', () => makePolicies(draw, depth, ruleKinds.all)),
    ...draw.maybe(0.1, 'shadow_rules_stat_prefix', () => 'shadow_'),
  })
  const steps = Array.from({ length: requests * 2 }, (_, index) => makeRequest(draw, index, isEdge ? ['edge'] : []))
  const client = (step: Json) => ({
    tls: {
      alpn: ['h2' in step ? 'h2' : 'http/1.1'],
      sni: draw.pick(['test', 'one', 'other.test', '']),
      ...draw.maybe(0.85, 'certificate', () => draw.pick(['client', 'dnsonly', 'stranger', 'noname', 'server'])),
    },
  })
  return {
    listener: {
      hcm: {
        ...makePaths(draw),
        ...(isEdge
          ? { ...draw.maybe(0.5, 'use_remote_address', () => true), xff_num_trusted_hops: draw.below(2) }
          : {}),
      },
      ...(isTls ? inspectedTls({ alpn: ['h2', 'http/1.1'], ca: 'mesh' }) : {}),
      filters: [{ name: 'rbac', typed_config: { '@type': `${rbac}.RBAC`, ...rules() } }],
      routes: [
        {
          match: { prefix: '/a' },
          route: { cluster: '<a>' },
          ...draw.maybe(0.4, 'typed_per_filter_config', () => ({
            rbac: { '@type': `${rbac}.RBACPerRoute`, ...draw.maybe(0.85, 'rbac', rules) },
          })),
        },
        { match: { prefix: '/' }, route: { cluster: '<a>' } },
      ],
    },
    ...(isTls ? { clients: Object.fromEntries(steps.map((step) => [String(step.on), client(step)])) } : {}),
    steps,
  }
}
