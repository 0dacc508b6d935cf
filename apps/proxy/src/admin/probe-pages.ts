import type { AdminAnswer, AdminPage } from './start-admin.ts'

/** What asks most often, and all that most proxies are ever asked: the other pages are loaded with their first question. */
export function probePages(notReady: () => string | undefined): ReadonlyMap<string, AdminPage> {
  const render = (): AdminAnswer => {
    const reason = notReady()
    return { status: reason === undefined ? 200 : 503, type: 'text/plain', body: `${reason ?? 'LIVE'}\n` }
  }
  return new Map<string, AdminPage>([
    ['/healthz/ready', { method: 'GET', help: '200 when listeners serve, else 503 with the reason', render }],
    ['/ready', { method: 'GET', help: 'the same, as Envoy names it', render }],
  ])
}
