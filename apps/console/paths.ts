/** Every address of the console. Links are made here only, so that a route can move. */
export const paths = {
  graph: () => '/graph',
  services: () => '/services',
  service: (namespace: string, name: string) => `/services/${segment(namespace)}/${segment(name)}`,
  requests: (id?: string) => withQuery('/requests', { id }),
  policies: () => '/policies',
  policy: (kind: string, namespace: string, name: string) =>
    `/policies/${segment(kind)}/${segment(namespace)}/${segment(name)}`,
  editPolicy: (kind: string, namespace: string, name: string) =>
    `/policies/${segment(kind)}/${segment(namespace)}/${segment(name)}/edit`,
  newPolicy: (prefill: PolicyPrefill = {}) => withQuery('/policies/new', prefill),
  changes: () => '/changes',
  change: (id: string) => `/changes/${segment(id)}`,
  revisions: () => '/revisions',
  compareRevisions: (from: number, to: number) => `/revisions/compare/${from}/${to}`,
  proxies: () => '/proxies',
  proxy: (id: string) => `/proxies/${segment(id)}`,
  audit: (filter: { readonly subject?: string; readonly object?: string } = {}) => withQuery('/audit', filter),
  tokens: () => '/settings/tokens',
  signIn: (next?: string) => withQuery('/sign-in', { next }),
}

/** What a new policy begins with; "<namespace>/<name>" names a service. */
export type PolicyPrefill = {
  readonly kind?: 'HTTPRoute' | 'FaultInjection' | 'RateLimit' | 'AuthorizationPolicy' | 'DestinationRule'
  readonly source?: string
  readonly destination?: string
  readonly action?: 'ALLOW' | 'DENY'
}

/** The page of an object that is named as "<Kind>/<namespace>/<name>". */
export function pathOfObject(key: string): string | undefined {
  const [kind, namespace, name, ...rest] = key.split('/')
  return kind && namespace && name && rest.length === 0 ? paths.policy(kind, namespace, name) : undefined
}

function segment(text: string): string {
  return encodeURIComponent(text)
}

function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const search = new URLSearchParams(Object.entries(query).flatMap(([key, value]) => (value ? [[key, value]] : [])))
  return search.size > 0 ? `${path}?${search}` : path
}
