import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { headerNames, headerValues, hosts, hostsWithPort, paths, queryNames, texts } from './words.ts'

type Pair = readonly [string, string]

/** One step of a scenario: a request of HTTP/1.1, 1.0 or 2, on a connection of its own. */
export function makeRequest(draw: Draw, index: number, kinds: readonly string[]): Json {
  const method = draw.pick(['GET', 'GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE', 'PATCH'])
  const path = makeTarget(draw)
  const names = kinds.includes('ports') ? [...hosts, ...hostsWithPort] : hosts
  const host = draw.pick(names)
  const headers = makeHeaders(draw, kinds)
  const body = ['POST', 'PUT', 'PATCH'].includes(method) ? draw.pick(['', 'data', 'x'.repeat(300)]) : undefined
  if (draw.chance(0.2)) return { on: `c${index}`, h2: [asH2(draw, method, path, host, headers, body)] }
  const target = draw.chance(0.05) ? `${draw.pick(['http', 'HTTP'])}://${draw.pick(names)}${path}` : path
  const version = draw.chance(0.04) && !headers.some(([name]) => name === 'connection') ? ' HTTP/1.0' : ''
  return {
    on: `c${index}`,
    request: `${method} ${target}${version}`,
    host,
    headers,
    ...(body === undefined ? {} : { body }),
  }
}

function asH2(
  draw: Draw,
  method: string,
  path: string,
  host: string,
  headers: readonly Pair[],
  body: string | undefined,
): Json {
  const fields: Record<string, string | string[]> = { ':method': method, ':path': path, ':authority': host }
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    if (ofConnections.has(key)) continue
    const before = fields[key]
    fields[key] = before === undefined || singular.has(key) ? value : [before, value].flat()
  }
  return {
    headers: fields,
    ...(body === undefined || body === '' ? {} : { body }),
    ...(body !== undefined && draw.chance(0.2) ? { trailers: { 'x-end': 'yes' } } : {}),
  }
}

/** Node's client sends none of them over HTTP/2, where they mean nothing (RFC 9113 §8.2.2). */
const ofConnections = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade'])

const joined = new Set(['user-agent', 'accept', 'cookie'])

/** Node sends these once. */
const singular = new Set(['user-agent', 'content-type', 'origin', 'access-control-request-method', 'x-forwarded-for'])

function makeTarget(draw: Draw): string {
  const path = draw.chance(0.25) ? oddPath(draw) : draw.pick(paths)
  const query = draw.chance(0.4) ? `?${makeQuery(draw)}` : ''
  return path + query
}

function oddPath(draw: Draw): string {
  const parts = [
    '/',
    '//',
    '/a',
    '/b',
    '/./',
    '/../',
    '/a/..',
    '/.',
    '%2F',
    '%2f',
    '%5C',
    '%61',
    '%41',
    '%20',
    '%7e',
    '.',
    ';x',
    'a',
    '\\',
    '~',
    '!',
    '"',
    '|',
    '[',
    '%c3%bc',
  ]
  const drawn = Array.from({ length: 1 + draw.below(4) }, () => draw.pick(parts)).join('')
  // Dots with parameters climb behind a backslash too, but not in Envoy (`conformance/scenarios/paths.yaml`).
  const path = drawn.replace(/\\(?=\.{1,2};)/g, '/')
  // Never over the root: ours refuses that (`conformance/scenarios/paths.yaml`).
  if (path.includes('..')) return `/a/b/a/b/${path}`
  // Envoy merges a path of nothing but slashes into two of them.
  return /[a-z~!"|[]/i.test(path.replace(/%(?:2f|5c)/gi, '')) ? `/${path}` : `/${path}a`
}

function makeQuery(draw: Draw): string {
  const one = () =>
    draw.pick([
      `${draw.pick(queryNames)}=${draw.pick(texts)}`,
      draw.pick(queryNames),
      `${draw.pick(queryNames)}=`,
      '',
      'q=one=two',
      'q=%6Fne',
      '?',
      'q=/../a',
    ])
  return Array.from({ length: draw.below(3) }, one).join('&')
}

function makeHeaders(draw: Draw, kinds: readonly string[]): Pair[] {
  const drawn: Pair[] = draw.some(3, () => {
    const name = draw.pick(headerNames)
    return [draw.chance(0.2) ? name.toUpperCase() : name, draw.pick(headerValues)] as const
  })
  // Envoy makes one line of those that it knows, in which a policy does not find a line by itself (CVE-2026-26308).
  const made = drawn.filter(
    ([name], index) =>
      !joined.has(name.toLowerCase()) ||
      drawn.findIndex(([other]) => other.toLowerCase() === name.toLowerCase()) === index,
  )
  if (draw.chance(0.1)) made.push(['x-cluster', draw.pick(['<a>', '<b>', 'nowhere', ''])])
  if (kinds.includes('cors') && draw.chance(0.8)) {
    made.push(['origin', draw.pick(['http://one.test', 'https://two.org', 'null', ''])])
    if (draw.chance(0.5)) made.push(['access-control-request-method', draw.pick(['GET', 'PUT', ''])])
    if (draw.chance(0.2)) made.push(['access-control-request-private-network', 'true'])
  }
  if (kinds.includes('fault') && draw.chance(0.5)) {
    made.push(['x-envoy-fault-abort-request', draw.pick(['503', '418', '99', 'x', '200'])])
    if (draw.chance(0.3)) made.push(['x-envoy-fault-delay-request', draw.pick(['5', 'x'])])
    if (draw.chance(0.3)) made.push(['x-envoy-fault-abort-request-percentage', draw.pick(['0', '1000000'])])
  }
  if (kinds.includes('edge')) made.push(...makeEdgeHeaders(draw).filter(([name]) => name !== 'expect'))
  if (kinds.includes('retries') && draw.chance(0.3)) {
    made.push(
      draw.pick<Pair>([
        ['x-envoy-retry-on', '5xx'],
        ['x-envoy-max-retries', '1'],
        ['x-envoy-upstream-rq-timeout-ms', '3000'],
        ['x-envoy-retriable-status-codes', '404'],
      ]),
    )
  }
  if (draw.chance(0.06))
    made.push([
      'content-type',
      draw.pick(['application/grpc', 'application/grpc+proto', 'application/grpc-web', 'text/plain']),
    ])
  return made
}

const edgeHeaders: readonly Pair[] = [
  ['x-forwarded-for', '203.0.113.7'],
  ['x-forwarded-for', '198.51.100.1, 203.0.113.7'],
  ['x-forwarded-for', '127.0.0.1'],
  ['x-forwarded-for', 'nonsense'],
  ['x-forwarded-for', '203.0.113.7,10.0.0.1, 10.0.0.2'],
  ['x-forwarded-proto', 'https'],
  ['x-forwarded-proto', 'ftp'],
  ['x-forwarded-host', 'fwd.test'],
  ['x-forwarded-port', '1234'],
  ['x-request-id', 'mine'],
  ['x-request-id', '12345678-1234-4234-9234-123456789012'],
  ['via', '1.1 before'],
  ['x-envoy-internal', 'true'],
  ['x-envoy-external-address', '9.9.9.9'],
  ['x-envoy-original-path', '/fake'],
  ['x-envoy-decorator-operation', 'op'],
  ['x-envoy-downstream-service-cluster', 'me'],
  ['x-forwarded-client-cert', 'Hash=abc'],
  ['x-envoy-expected-rq-timeout-ms', '5'],
  ['x-envoy-ip-tags', 'tag'],
  ['te', 'trailers'],
  ['connection', 'x-a'],
  ['connection', 'keep-alive, x-b'],
  ['keep-alive', 'timeout=5'],
  ['proxy-connection', 'keep-alive'],
  ['upgrade', 'websocket'],
  ['proxy-authorization', 'basic x'],
  ['expect', '100-continue'],
]

function makeEdgeHeaders(draw: Draw): Pair[] {
  const seen = new Set<string>()
  return draw.some(3, () => draw.pick(edgeHeaders)).filter(([name]) => !seen.has(name) && seen.add(name))
}
