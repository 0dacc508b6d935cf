import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makePaths } from './make-edge.ts'
import { makeRegexRewrite } from './make-route.ts'

const rbac = 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC'

/** Paths that want to be taken for others, by a listener that normalises them so or so, against routes and a policy over paths. */
export function makePathsCase(draw: Draw, requests: number): Json {
  return {
    listener: {
      hcm: makePaths(draw),
      ...draw.maybe(0.4, 'filters', () => [
        {
          name: 'rbac',
          typed_config: {
            '@type': rbac,
            rules: {
              action: 'DENY',
              policies: {
                admin: { permissions: [{ url_path: { path: makeTest(draw) } }], principals: [{ any: true }] },
              },
            },
          },
        },
      ]),
      routes: [
        ...draw.some(3, () => ({
          name: 'own',
          match: makeMatch(draw),
          route: { cluster: '<b>', ...makeRewrite(draw) },
        })),
        { name: 'rest', match: { prefix: '/' }, route: { cluster: '<a>', ...makeRewrite(draw) } },
      ],
    },
    upstreams: { a: 'ok', b: 'ok' },
    steps: Array.from({ length: requests * 3 }, (_, index) => makeHostileRequest(draw, index)),
  }
}

function makeTest(draw: Draw): Json {
  return draw.pick<Json>([
    { exact: '/admin' },
    { prefix: '/admin' },
    { prefix: '/ADMIN', ignore_case: true },
    { suffix: '/secret' },
    { contains: 'admin' },
    { safe_regex: { regex: '/admin(/.*)?' } },
    { safe_regex: { regex: '.*%2[fF].*' } },
  ])
}

function makeMatch(draw: Draw): Json {
  const match = draw.pick<Json>([
    { prefix: '/admin' },
    { prefix: '/admin/' },
    { path: '/admin' },
    { path: '/admin/secret' },
    { path_separated_prefix: '/admin' },
    { safe_regex: { regex: '/admin(/.*)?' } },
    { safe_regex: { regex: '/[^/]+/secret' } },
    { path_match_policy: template('/admin/{name}') },
    { path_match_policy: template('/*/secret') },
    { path_match_policy: template('/admin/{rest=**}') },
  ])
  const isCased = 'safe_regex' in match || 'path_match_policy' in match
  return { ...match, ...(isCased ? {} : draw.maybe(0.2, 'case_sensitive', () => false)) }
}

function template(path_template: string): Json {
  const type = 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig'
  return { name: 'envoy.path.match.uri_template.uri_template_matcher', typed_config: { '@type': type, path_template } }
}

function makeRewrite(draw: Draw): Json {
  return draw.maybe(0.2, 'regex_rewrite', () => makeRegexRewrite(draw))
}

const words = [
  'admin',
  'admin',
  'Admin',
  'secret',
  'a',
  'b',
  '%61dmin',
  'adm%69n',
  'admin%20',
  'admin;x=1',
  'admin.',
  '%41dmin',
]
/** No dots that are escaped: whoever hides them is refused by ours. */
const joints = [
  '/',
  '/',
  '/',
  '//',
  '///',
  '/./',
  '/../',
  '/b/../',
  '%2F',
  '%2f',
  '%5C',
  '\\',
  '/;/',
  '/..;/',
  '/.;/',
  '%252F',
  '/%09',
  '%00',
]

function makeHostileRequest(draw: Draw, index: number): Json {
  const parts = Array.from({ length: 1 + draw.below(3) }, () => `${draw.pick(joints)}${draw.pick(words)}`)
  const end = draw.pick(['', '', '', '/', '//', '/.', '/..', '%2F', ';', '?', '?q=/admin', '?q=../x'])
  const made = `${parts.join('')}${end}`
  // Not over the root, which ours refuses; and a path begins with a slash, or it is none.
  const path = /\.\./.test(made) ? `/x/y/z/w${made}` : made.startsWith('/') ? made : `/${made}`
  if (draw.chance(0.2) && !path.includes('\\')) return { on: `c${index}`, h2: [{ headers: { ':path': path } }] }
  return { on: `c${index}`, request: `GET ${path}` }
}
