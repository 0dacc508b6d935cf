import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makePaths } from './make-edge.ts'
import { makeStringMatch } from './make-match.ts'
import { makeRequest } from './make-request.ts'
import { regexes } from './words.ts'

const http = 'type.googleapis.com/envoy.extensions.filters.http'

/** Filters that write metadata about a request, from headers or as they are told, and what reads it: rules, headers and logs. */
export function makeMetadataCase(draw: Draw, requests: number): Json {
  const setters = Array.from({ length: 1 + draw.below(2) }, (_, index) => makeSetter(draw, `set${index}`))
  const reader = {
    name: 'reader',
    typed_config: { '@type': `${http}.header_to_metadata.v3.Config`, ...makeRules(draw) },
  }
  const shows = ['n', 'm'].flatMap((space) => keys.map((key) => `%DYNAMIC_METADATA(${space}:${key})%`))
  return {
    listener: {
      hcm: makePaths(draw),
      filters: [
        ...(draw.chance(0.5) ? [reader, ...setters] : [...setters, reader]),
        ...(draw.chance(0.6)
          ? [{ name: 'rbac', typed_config: { '@type': `${http}.rbac.v3.RBAC`, rules: makePolicy(draw) } }]
          : []),
      ],
      routes: [
        {
          match: { prefix: draw.pick(['/a', '/b']) },
          route: { cluster: '<a>' },
          typed_per_filter_config: draw.maybe(0.6, 'reader', () => ({
            '@type': `${http}.header_to_metadata.v3.Config`,
            ...makeRules(draw),
          })),
        },
        {
          match: { prefix: '/' },
          route: { cluster: '<a>' },
          request_headers_to_add: [{ header: { key: 'x-told', value: draw.pick(shows) } }],
        },
      ],
      log: {
        ...Object.fromEntries(shows.map((each, index) => [`of${index}`, each])),
        ...draw.maybe(0.5, 'cut', () => draw.pick(shows).replace(/%$/, ':2%')),
        all: '%DYNAMIC_METADATA(n)%',
        code: '%RESPONSE_CODE%',
        details: '%RESPONSE_CODE_DETAILS%',
      },
    },
    steps: Array.from({ length: requests * 2 }, (_, index) => makeRequest(draw, index, [])),
  }
}

const keys = ['one', 'deep', 'list']
const read = ['x-a', 'x-b', 'x-n', 'user-agent'] as const

function makeSetter(draw: Draw, name: string): Json {
  const value = () => ({
    ...draw.maybe(0.6, 'one', () => draw.pick<unknown>(['text', 7, true, null])),
    ...draw.maybe(0.4, 'deep', () => draw.pick<unknown>([{ er: 1 }, { er: 'x', other: [1] }, {}])),
    ...draw.maybe(0.4, 'list', () => draw.pick<unknown>([[1], ['x', { y: 2 }], []])),
  })
  const one = () => ({
    metadata_namespace: draw.pick(['n', 'm']),
    value: value(),
    ...draw.maybe(0.5, 'allow_overwrite', () => draw.chance(0.8)),
  })
  return { name, typed_config: { '@type': `${http}.set_metadata.v3.Config`, metadata: [one(), ...draw.some(2, one)] } }
}

function makeRules(draw: Draw): Json {
  const rule = (): Json => ({
    ...(draw.chance(0.75) ? { header: draw.pick(read) } : { cookie: draw.pick(['one', 'a']) }),
    ...draw.pick([
      () => ({ on_header_present: makeWrite(draw) }),
      () => ({
        on_header_missing: { metadata_namespace: 'n', key: draw.pick(keys), value: draw.pick(['none', '0', 'aGk=']) },
      }),
      () => ({
        on_header_present: makeWrite(draw),
        on_header_missing: { metadata_namespace: 'm', key: 'one', value: 'missing' },
      }),
    ])(),
    ...draw.maybe(0.25, 'remove', () => true),
  })
  const rules = [rule(), ...draw.some(2, rule)]
  // A cookie cannot be taken out.
  return { request_rules: rules.map((each) => ('cookie' in each ? { ...each, remove: false } : each)) }
}

function makeWrite(draw: Draw): Json {
  const kind = draw.pick<Json>([
    {},
    {},
    { value: 'fixed' },
    { regex_value_rewrite: { pattern: { regex: draw.pick(['^(.*)$', 'o', '(o)(n)', 'x']) }, substitution: '<\\0>' } },
  ])
  const metadata_namespace = draw.pick(['n', 'm', ''])
  return {
    metadata_namespace,
    key: draw.pick(keys),
    ...kind,
    ...draw.maybe(0.3, 'type', () => draw.pick(['STRING', 'NUMBER'])),
  }
}

function makePolicy(draw: Draw): Json {
  const value = draw.pick<() => Json>([
    () => ({ string_match: makeStringMatch(draw) }),
    () => ({ string_match: { safe_regex: { regex: draw.pick(regexes) } } }),
    () => ({ double_match: draw.pick<Json>([{ exact: 7 }, { range: { start: 1, end: 43 } }]) }),
    () => ({ bool_match: true }),
    () => ({ null_match: {} }),
    () => ({ present_match: draw.chance(0.7) }),
    () => ({
      list_match: { one_of: draw.pick<Json>([{ double_match: { exact: 1 } }, { string_match: { exact: 'x' } }]) },
    }),
    () => ({ or_match: { value_matchers: [{ bool_match: true }, { string_match: { prefix: 'o' } }] } }),
  ])()
  const path = draw.chance(0.7) ? [{ key: draw.pick(keys) }] : [{ key: 'deep' }, { key: 'er' }]
  const metadata = { filter: draw.pick(['n', 'm']), path, value, ...draw.maybe(0.3, 'invert', () => true) }
  return {
    action: draw.pick(['ALLOW', 'DENY']),
    policies: {
      one: draw.chance(0.5)
        ? { permissions: [{ metadata }], principals: [{ any: true }] }
        : { permissions: [{ any: true }], principals: [{ metadata }] },
    },
  }
}
