import type { Browser, TestInfo } from '@playwright/test'
import { headersOf } from './inject-fault.ts'
import { signedIn, signIns } from './people.ts'

type Changes = { readonly items: readonly { readonly id: string; readonly createdAt: string }[] }

/** What a test that failed has left in the mesh is taken back, newest first: other tests, and its own second try, would meet it. */
export async function rollBackAfterFailure({ browser }: { readonly browser: Browser }, test: TestInfo): Promise<void> {
  if (test.status === test.expectedStatus) return
  const began = Date.now() - test.duration
  const page = await signedIn(browser, signIns().editor, '/changes')
  const { items } = (await (await page.request.get('/api/v1/changes?limit=10')).json()) as Changes
  const headers = await headersOf(page)
  for (const { id, createdAt } of items) {
    if (Date.parse(createdAt) < began) continue
    // Refused where it never came into force.
    await page.request.post(`/api/v1/changes/${id}/rollback`, { headers, data: { reason: 'The test failed' } })
  }
}
