import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makeFraction } from './make-fraction.ts'
import { headerNames, pathRegexes, paths, prefixes, queryNames, regexes, separatedPrefixes, texts } from './words.ts'

/** `match` of a route. */
export function makeRouteMatch(draw: Draw): Json {
  return {
    ...makePathMatch(draw),
    ...draw.maybe(0.35, 'headers', () => [makeHeaderMatch(draw), ...draw.some(1, () => makeHeaderMatch(draw))]),
    ...draw.maybe(0.2, 'query_parameters', () => [makeQueryMatch(draw)]),
    ...draw.maybe(0.05, 'grpc', () => ({})),
    ...draw.maybe(0.08, 'runtime_fraction', () => ({ default_value: makeFraction(draw, 0.5) })),
  }
}

function makePathMatch(draw: Draw): Json {
  const kind = draw.below(10)
  if (kind < 5) return { prefix: draw.pick(prefixes), ...draw.maybe(0.2, 'case_sensitive', () => draw.chance(0.3)) }
  if (kind < 7) return { path: draw.pick(paths), ...draw.maybe(0.2, 'case_sensitive', () => draw.chance(0.3)) }
  if (kind < 8) {
    return {
      path_separated_prefix: draw.pick(separatedPrefixes),
      ...draw.maybe(0.2, 'case_sensitive', () => draw.chance(0.3)),
    }
  }
  return { safe_regex: { regex: draw.pick(pathRegexes) } }
}

export function makeHeaderMatch(draw: Draw): Json {
  return {
    ...headerTest(draw),
    ...draw.maybe(0.25, 'invert_match', () => true),
    ...draw.maybe(0.2, 'treat_missing_header_as_empty', () => true),
  }
}

function headerTest(draw: Draw): Json {
  const kind = draw.below(12)
  if (kind === 0) return { name: ':method', string_match: { exact: draw.pick(['GET', 'POST', 'HEAD', 'get']) } }
  if (kind === 1) {
    const test = draw.pick([{ prefix: '/a' }, { exact: draw.pick(paths) }, { suffix: 'b' }, { contains: '?' }])
    return { name: ':path', string_match: test }
  }
  if (kind === 2) return { name: 'x-n', range_match: { start: draw.pick([-5, 0, 7]), end: draw.pick([7, 43, 100]) } }
  const name = draw.pick(headerNames)
  if (kind === 3) return { name, present_match: draw.chance(0.7) }
  if (kind === 4) return { name }
  if (kind === 5) return { name, exact_match: draw.pick(texts) }
  if (kind === 6) return { name, contains_match: draw.pick(texts) }
  return { name, string_match: makeStringMatch(draw) }
}

export function makeStringMatch(draw: Draw): Json {
  const kind = draw.pick(['exact', 'exact', 'prefix', 'suffix', 'contains', 'safe_regex'])
  const test = kind === 'safe_regex' ? { regex: draw.pick(regexes) } : draw.pick(texts)
  return { [kind]: test, ...(kind === 'safe_regex' ? {} : draw.maybe(0.25, 'ignore_case', () => true)) }
}

export function makeQueryMatch(draw: Draw): Json {
  const name = draw.pick(queryNames)
  if (draw.chance(0.3)) return { name, present_match: draw.chance(0.7) }
  return draw.chance(0.2) ? { name } : { name, string_match: makeStringMatch(draw) }
}
