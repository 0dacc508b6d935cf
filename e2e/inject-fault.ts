import { expect, type Page } from '@playwright/test'

type Fault = { readonly percentage?: number; readonly duration?: string; readonly plan?: object }

const fault = (name: string, { percentage = 60, duration = '10m' }: Fault) => `apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: ${name}, namespace: shop }
spec:
  targetRef: { group: "", kind: Service, name: shipping }
  from: [{ service: checkout }]
  abort: { percentage: ${percentage}, httpStatus: 503 }
  duration: ${duration}
`
/** At once and to all: what is tried is the way back. */
const atOnce = {
  stages: [{ name: 'everyone', target: { kind: 'percent', percent: 100 }, soakSeconds: 0 }],
  gate: { requestsMin: 0, errorShareIncreaseMaxPoints: 100, ackTimeoutSeconds: 30 },
  autoRollback: false,
}

/** A fault between checkout and shipping, approved by API, on its way to one proxy and watched there for an hour: its change's id. */
export async function beginFault(author: Page, approver: Page, name: string): Promise<string> {
  const first = { name: 'one', target: { kind: 'per-service', proxies: 1 }, soakSeconds: 3600 }
  const { id, contentHash } = await proposeFault(author, name, {
    plan: { ...atOnce, stages: [first, ...atOnce.stages] },
  })
  await approve(approver, { id, contentHash })
  await reaches(author, id, 'rolling')
  return id
}

/** Approves a change by API, and waits until all proxies have it. */
export async function approveChange(approver: Page, change: { readonly id: string; readonly contentHash: string }) {
  await approve(approver, change)
  await reaches(approver, change.id, 'complete')
}

async function approve(approver: Page, { id, contentHash }: { readonly id: string; readonly contentHash: string }) {
  const data = { contentHash }
  await approver.request.post(`/api/v1/changes/${id}/approve`, { headers: await headersOf(approver), data })
}

async function reaches(author: Page, id: string, state: string): Promise<void> {
  const read = async () => (await author.request.get(`/api/v1/changes/${id}`)).json() as Promise<Change>
  await expect.poll(async () => (await read()).summary.state, { timeout: 30_000 }).toBe(state)
}

type Change = { readonly summary: { readonly state: string } }

/** The same, waiting for somebody's approval, and then for everybody at once. */
export async function proposeFault(
  author: Page,
  name: string,
  { plan = atOnce, ...written }: Fault = {},
): Promise<{ readonly id: string; readonly contentHash: string }> {
  return proposeYaml(author, `A fault named ${name}`, fault(name, written), plan)
}

/** A change of one policy by API, for everybody at once. */
export async function proposeYaml(
  author: Page,
  title: string,
  yaml: string,
  plan: object = atOnce,
): Promise<{ readonly id: string; readonly contentHash: string }> {
  const revisions = (await (await author.request.get('/api/v1/revisions?limit=1')).json()) as {
    items: { number: number }[]
  }
  const proposed = await author.request.post('/api/v1/changes', {
    headers: await headersOf(author),
    data: {
      title,
      reason: 'To be taken back',
      basedOn: revisions.items[0]?.number ?? 0,
      edits: [{ op: 'put', yaml }],
      plan,
    },
  })
  expect(proposed.status(), await proposed.text()).toBe(201)
  const { summary, contentHash } = (await proposed.json()) as { summary: { id: string }; contentHash: string }
  return { id: summary.id, contentHash }
}

export async function headersOf(page: Page): Promise<Record<string, string>> {
  const { csrfToken } = (await (await page.request.get('/api/v1/session')).json()) as { csrfToken: string }
  return { origin: new URL(page.url()).origin, 'x-heddle-csrf': csrfToken }
}
