import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makeHeaderMatch, makeStringMatch } from './make-match.ts'
import { paths } from './words.ts'

/** What a tree may ask about: only what every connection has, or who the client says it is too. */
export const ruleKinds = { plain: 'plain', all: 'all' } as const
type RuleKinds = keyof typeof ruleKinds

/** Rules and shadow rules of an RBAC filter. */
export function makeRbac(draw: Draw): Json {
  return {
    ...draw.maybe(0.9, 'rules', () => makePolicies(draw, 2, 'plain')),
    ...draw.maybe(0.2, 'shadow_rules', () => makePolicies(draw, 2, 'plain')),
  }
}

/** One `RBAC` message whose trees are so deep at most. */
export function makePolicies(draw: Draw, depth: number, kinds: RuleKinds): Json {
  const names = ['first', 'other', 'Zed', 'with space'].filter(() => draw.chance(0.4))
  const permission = (deep: number) => makePermission(draw, deep)
  const principal = (deep: number) => makePrincipal(draw, deep, kinds)
  return {
    action: draw.pick(['ALLOW', 'DENY', 'DENY', 'LOG']),
    policies: Object.fromEntries(
      names.map((name) => [
        name,
        {
          permissions: [permission(depth), ...draw.some(1, () => permission(depth - 1))],
          principals: [principal(depth), ...draw.some(1, () => principal(depth - 1))],
        },
      ]),
    ),
  }
}

function makePermission(draw: Draw, depth: number): Json {
  const inner = () => makePermission(draw, depth - 1)
  const leaf: (() => Json)[] = [
    () => ({ any: true }),
    () => ({ header: makeHeaderMatch(draw) }),
    () => ({ url_path: { path: makePathTest(draw) } }),
    () => ({ destination_port: 1 }),
    () => ({ destination_port_range: { start: 1, end: 65535 } }),
    () => ({ destination_ip: draw.pick([range('127.0.0.0', 8), range('10.0.0.0', 8)]) }),
    () => ({ requested_server_name: makeStringMatch(draw) }),
  ]
  const nodes: (() => Json)[] = [
    () => ({ and_rules: { rules: [inner(), ...draw.some(2, inner)] } }),
    () => ({ or_rules: { rules: [inner(), ...draw.some(2, inner)] } }),
    () => ({ not_rule: inner() }),
  ]
  return draw.pick(depth > 0 && draw.chance(0.2 + depth / 10) ? nodes : leaf)()
}

function makePrincipal(draw: Draw, depth: number, kinds: RuleKinds): Json {
  const inner = () => makePrincipal(draw, depth - 1, kinds)
  const leaf: (() => Json)[] = [
    () => ({ any: true }),
    () => ({ any: true }),
    () => ({ header: makeHeaderMatch(draw) }),
    () => ({ url_path: { path: makePathTest(draw) } }),
    () => ({ authenticated: kinds === 'all' && draw.chance(0.7) ? { principal_name: makeNameTest(draw) } : {} }),
    () => ({
      [draw.pick(['source_ip', 'direct_remote_ip', 'remote_ip'])]: draw.pick([
        range('127.0.0.0', 8),
        range('203.0.113.0', 24),
      ]),
    }),
  ]
  const nodes: (() => Json)[] = [
    () => ({ and_ids: { ids: [inner(), ...draw.some(2, inner)] } }),
    () => ({ or_ids: { ids: [inner(), ...draw.some(2, inner)] } }),
    () => ({ not_id: inner() }),
  ]
  return draw.pick(depth > 0 && draw.chance(0.2 + depth / 10) ? nodes : leaf)()
}

/** Of names as they stand in certificates, or nearly so. */
function makeNameTest(draw: Draw): Json {
  return draw.pick<Json>([
    { exact: 'spiffe://mesh.test/ns/shop/sa/cart' },
    { exact: 'spiffe://mesh.test/ns/shop/sa/admin' },
    { exact: 'cart.test' },
    { exact: 'localhost' },
    { prefix: 'CN=' },
    { safe_regex: { regex: '.*' } },
    { exact: '' },
    { prefix: 'spiffe://mesh.test/' },
    { suffix: '/sa/cart' },
    { contains: 'SHOP', ignore_case: true },
    { safe_regex: { regex: 'spiffe://[^/]+/ns/shop/.*' } },
  ])
}

function makePathTest(draw: Draw): Json {
  const test = draw.pick<Json>([
    { exact: draw.pick(paths) },
    { prefix: '/a' },
    { suffix: 'b' },
    { contains: 'a' },
    { safe_regex: { regex: '/a.*' } },
  ])
  return { ...test, ...('safe_regex' in test ? {} : draw.maybe(0.2, 'ignore_case', () => true)) }
}

function range(address_prefix: string, prefix_len: number): Json {
  return { address_prefix, prefix_len }
}
