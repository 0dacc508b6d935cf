import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'

/**
 * `hash_policy` under which every request has a hash, by which both sides must choose the same endpoint. A request without
 * one may go anywhere, so the last policy is one that always finds something.
 */
export function makeHashPolicies(draw: Draw): Json[] {
  return [...draw.some(2, () => withTerminal(draw, makePolicy(draw))), makeSurePolicy(draw)]
}

function withTerminal(draw: Draw, policy: Json): Json {
  return { ...policy, ...draw.maybe(0.3, 'terminal', () => true) }
}

function makePolicy(draw: Draw): Json {
  return draw.pick<() => Json>([
    () => ({ header: { header_name: draw.pick(['x-key', 'X-Key', 'x-a', 'x-none']) } }),
    () => ({
      header: {
        header_name: 'x-key',
        regex_rewrite: {
          pattern: { regex: draw.pick(['(-)(\\d+)$', '^(k)(.*)$', '(e*)(y)?']) },
          substitution: draw.pick(['', '\\2\\1']),
        },
      },
    }),
    // Without a lifetime, so that none is made out of ports.
    () => ({ cookie: { name: draw.pick(['sid', 'other', 'SID']) } }),
    () => ({ query_parameter: { name: draw.pick(['q', 'Q', 'a%20b']) } }),
    () => ({ connection_properties: { source_ip: draw.chance(0.8) } }),
  ])()
}

function makeSurePolicy(draw: Draw): Json {
  return draw.pick<Json>([
    { header: { header_name: ':path' } },
    { header: { header_name: ':authority' } },
    { header: { header_name: ':method' } },
    { connection_properties: { source_ip: true } },
  ])
}
