import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makeHeaderMatch, makeStringMatch } from './make-match.ts'
import { paths } from './words.ts'

/** Rules and shadow rules of an RBAC filter. */
export function makeRbac(draw: Draw): Json {
  return {
    ...draw.maybe(0.9, 'rules', () => makeRules(draw)),
    ...draw.maybe(0.2, 'shadow_rules', () => makeRules(draw)),
  }
}

function makeRules(draw: Draw): Json {
  const names = ['first', 'other', 'Zed', 'with space'].filter(() => draw.chance(0.4))
  return {
    action: draw.pick(['ALLOW', 'DENY', 'DENY', 'LOG']),
    policies: Object.fromEntries(
      names.map((name) => [
        name,
        {
          permissions: [makePermission(draw, 2), ...draw.some(1, () => makePermission(draw, 1))],
          principals: [makePrincipal(draw, 2), ...draw.some(1, () => makePrincipal(draw, 1))],
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
    () => ({ and_rules: { rules: [inner(), inner()] } }),
    () => ({ or_rules: { rules: [inner(), inner()] } }),
    () => ({ not_rule: inner() }),
  ]
  return draw.pick(depth > 0 && draw.chance(0.3) ? nodes : leaf)()
}

function makePrincipal(draw: Draw, depth: number): Json {
  const inner = () => makePrincipal(draw, depth - 1)
  const leaf: (() => Json)[] = [
    () => ({ any: true }),
    () => ({ any: true }),
    () => ({ header: makeHeaderMatch(draw) }),
    () => ({ url_path: { path: makePathTest(draw) } }),
    () => ({ authenticated: {} }),
    () => ({
      [draw.pick(['source_ip', 'direct_remote_ip', 'remote_ip'])]: draw.pick([
        range('127.0.0.0', 8),
        range('203.0.113.0', 24),
      ]),
    }),
  ]
  const nodes: (() => Json)[] = [
    () => ({ and_ids: { ids: [inner(), inner()] } }),
    () => ({ or_ids: { ids: [inner(), inner()] } }),
    () => ({ not_id: inner() }),
  ]
  return draw.pick(depth > 0 && draw.chance(0.3) ? nodes : leaf)()
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
