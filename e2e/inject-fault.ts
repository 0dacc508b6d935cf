import { expect, type Page } from '@playwright/test'

const fault = (name: string) => `apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: ${name}, namespace: shop }
spec:
  targetRef: { group: "", kind: Service, name: shipping }
  from: [{ service: checkout }]
  abort: { percentage: 60, httpStatus: 503 }
  duration: 10m
`
// At once and to all: what is tried here is the way back.
const plan = {
  stages: [{ name: 'everyone', target: { kind: 'percent', percent: 100 }, soakSeconds: 0 }],
  gate: { requestsMin: 0, errorShareIncreaseMaxPoints: 100, ackTimeoutSeconds: 30 },
  autoRollback: false,
}

/** A fault between checkout and shipping, proposed and approved by API. The answer is the change's id, once it is live. */
export async function injectFault(author: Page, approver: Page, name: string): Promise<string> {
  const { id, contentHash } = await proposeFault(author, name)
  const path = `/api/v1/changes/${id}`
  await approver.request.post(`${path}/approve`, { headers: await headersOf(approver), data: { contentHash } })
  await expect
    .poll(async () => ((await (await author.request.get(path)).json()) as { summary: { state: string } }).summary.state)
    .toBe('complete')
  return id
}

/** The same, waiting for somebody's approval. */
export async function proposeFault(
  author: Page,
  name: string,
): Promise<{ readonly id: string; readonly contentHash: string }> {
  const revisions = (await (await author.request.get('/api/v1/revisions?limit=1')).json()) as {
    items: { number: number }[]
  }
  const proposed = await author.request.post('/api/v1/changes', {
    headers: await headersOf(author),
    data: {
      title: `A fault named ${name}`,
      reason: 'To be taken back',
      basedOn: revisions.items[0]?.number ?? 0,
      edits: [{ op: 'put', yaml: fault(name) }],
      plan,
    },
  })
  expect(proposed.status(), await proposed.text()).toBe(201)
  const { summary, contentHash } = (await proposed.json()) as { summary: { id: string }; contentHash: string }
  return { id: summary.id, contentHash }
}

async function headersOf(page: Page): Promise<Record<string, string>> {
  const { csrfToken } = (await (await page.request.get('/api/v1/session')).json()) as { csrfToken: string }
  return { origin: new URL(page.url()).origin, 'x-heddle-csrf': csrfToken }
}
