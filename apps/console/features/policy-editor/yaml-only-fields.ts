import { isMap, isSeq, parseDocument } from 'yaml'

/** What the form of each kind shows, as pointers with `*` for any place in a list. */
const shown: Readonly<Record<string, readonly string[]>> = {
  FaultInjection: [
    '/spec/targetRef/*',
    '/spec/from/0/service',
    '/spec/match/0/path/*',
    '/spec/match/0/method',
    '/spec/abort/percentage',
    '/spec/abort/httpStatus',
    '/spec/abort/grpcStatus',
    '/spec/delay/percentage',
    '/spec/delay/fixedDelay',
    '/spec/reset/percentage',
    '/spec/responseBandwidth/percentage',
    '/spec/responseBandwidth/kibPerSecond',
    '/spec/duration',
    '/spec/expiresAt',
    '/spec/maxActiveFaults',
  ],
  RateLimit: [
    '/spec/targetRef/*',
    '/spec/from/0/service',
    '/spec/match/0/path/*',
    '/spec/match/0/method',
    '/spec/limit/*',
    '/spec/scope',
    '/spec/countBy/0/type',
    '/spec/countBy/0/name',
    '/spec/failureModeDeny',
    '/spec/shadowMode',
  ],
  AuthorizationPolicy: [
    '/spec/targetRefs/0/*',
    '/spec/action',
    '/spec/rules/*/from/0/source/serviceAccounts/*',
    '/spec/rules/*/to/0/operation/methods/*',
    '/spec/rules/*/to/0/operation/paths/*',
  ],
  HTTPRoute: [
    '/spec/parentRefs/0/*',
    '/spec/rules/*/matches/*/path/*',
    '/spec/rules/*/matches/*/method',
    '/spec/rules/*/backendRefs/*/kind',
    '/spec/rules/*/backendRefs/*/group',
    '/spec/rules/*/backendRefs/*/name',
    '/spec/rules/*/backendRefs/*/port',
    '/spec/rules/*/backendRefs/*/weight',
    '/spec/rules/*/filters/*/type',
    '/spec/rules/*/filters/*/requestMirror/percent',
    '/spec/rules/*/filters/*/requestMirror/backendRef/name',
    '/spec/rules/*/filters/*/requestMirror/backendRef/port',
    '/spec/rules/*/timeouts/request',
    '/spec/rules/*/timeouts/backendRequest',
    '/spec/rules/*/retry/attempts',
    '/spec/rules/*/retry/codes/*',
    '/spec/rules/*/retry/backoff',
  ],
  DestinationRule: [
    '/spec/host',
    '/spec/trafficPolicy/loadBalancer/simple',
    '/spec/trafficPolicy/connectionPool/tcp/maxConnections',
    '/spec/trafficPolicy/connectionPool/http/http1MaxPendingRequests',
    '/spec/trafficPolicy/connectionPool/http/http2MaxRequests',
    '/spec/trafficPolicy/outlierDetection/consecutive5xxErrors',
    '/spec/trafficPolicy/outlierDetection/baseEjectionTime',
    '/spec/trafficPolicy/outlierDetection/maxEjectionPercent',
    '/spec/trafficPolicy/outlierDetection/interval',
  ],
}
const always = ['/apiVersion', '/kind', '/metadata/name', '/metadata/namespace']

export type YamlOnlyField = { readonly pointer: string; readonly line: number }

/** Fields that the form of the kind does not show; of what is nested, only the outermost. */
export function yamlOnlyFields(text: string, kind: string): readonly YamlOnlyField[] {
  const patterns = [...always, ...(shown[kind] ?? [])].map((pattern) => pattern.split('/').slice(1))
  const found: YamlOnlyField[] = []
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length
  const visit = (node: unknown, path: readonly string[]) => {
    const entries: readonly (readonly [string, unknown, unknown])[] = isMap(node)
      ? node.items.map(({ key, value }) => [String(key), value, key])
      : isSeq(node)
        ? node.items.map((item, index) => [String(index), item, item])
        : []
    for (const [step, child, place] of entries) {
      const next = [...path, step]
      const state = standing(next, patterns)
      if (state === 'inside' && (isMap(child) || isSeq(child))) visit(child, next)
      else if (state !== 'shown') {
        const range = (place as { readonly range?: readonly number[] | null }).range // a node of the library
        found.push({ pointer: `/${next.join('/')}`, line: lineAt(range?.[0] ?? 0) })
      }
    }
  }
  visit(parseDocument(text).contents, [])
  return found
}

/** Whether the form shows a path, something inside of it, or nothing of it. */
function standing(path: readonly string[], patterns: readonly (readonly string[])[]): 'shown' | 'inside' | 'hidden' {
  const fits = patterns.filter((pattern) =>
    path.every((step, index) => pattern[index] === '*' || pattern[index] === step),
  )
  if (fits.length === 0) return 'hidden'
  return fits.some((pattern) => pattern.length === path.length) ? 'shown' : 'inside'
}
