import { expect, type Page, test } from '@playwright/test'
import { signedIn, signIns } from './people.ts'
import { rollBackAfterFailure } from './roll-back-after-failure.ts'

test.afterEach(rollBackAfterFailure)

const edgeName = 'checkout → payments'

/** The error share of the edge as the table shows it, 0 to 100. */
async function errorShare(page: Page): Promise<number> {
  const text = await row(page).getByRole('cell').nth(2).innerText()
  return Number.parseFloat(text)
}

function row(page: Page) {
  return page.getByRole('row', { name: new RegExp(edgeName) })
}

test('from an edge of the graph to the traffic and back: a fault is proposed, approved, rolled out, seen and taken back', async ({
  browser,
}) => {
  const { editor, approver } = signIns()

  const page = await signedIn(browser, editor, '/graph?view=table')
  await expect(row(page)).toContainText('Healthy', { timeout: 30_000 })
  await row(page).getByRole('button', { name: edgeName }).click()
  await page.getByRole('link', { name: 'Inject a fault here…' }).click()

  await page.getByLabel('Path value').fill('/charge')
  await page.getByLabel('Abort percentage').fill('30')
  await expect(page.getByLabel('Caller')).toHaveValue('checkout')
  await expect(page.getByText('No problem found')).toBeVisible()
  await expect(page.getByText(/Answers 30 % with 503 of the requests from checkout/)).toBeVisible()
  await expect(
    page.getByText(/checkout → shop\/payments\): (29|30|31) % of .* would be answered by the fault/),
  ).toBeVisible()
  await page.getByLabel('Reason').fill('Does checkout survive a payment provider that fails?')
  await page.getByRole('button', { name: 'Propose change' }).click()

  await expect(page.getByRole('heading', { level: 1, name: /#\d+ Add FaultInjection/ })).toBeVisible()
  const approve = page.getByRole('button', { name: 'Approve', exact: true })
  await expect(approve).toHaveAttribute('aria-disabled', 'true')
  await approve.focus()
  await expect(page.getByText(/Who wrote a change cannot approve it/)).toBeVisible()
  const changeUrl = new URL(page.url())
  expect(await approveByApi(page)).toEqual({ status: 403, code: 'own_change' })

  const graph = await page.context().newPage()
  await graph.goto('/graph?view=table')
  await expect(row(graph)).toContainText('Healthy')
  const other = await signedIn(browser, approver, changeUrl.pathname)
  await other.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(other.getByRole('list', { name: 'Stages' })).toBeVisible()
  await expect(page.getByRole('list', { name: 'Stages' })).toBeVisible()
  await expect(page.locator('[data-rollout=complete]')).toBeVisible({ timeout: 60_000 })
  // The last stage is live: the edge may not look healthy for longer than five seconds.
  await expect(row(graph)).toContainText('Failing', { timeout: 5000 })
  await expect(page.locator('[data-ack=acked]')).toHaveCount(3)
  await expect.poll(() => errorShare(graph), { timeout: 30_000 }).toBeGreaterThan(22)
  expect(await errorShare(graph)).toBeLessThan(38)

  const wrong = graph
    .getByRole('region', { name: 'What is wrong now' })
    .getByRole('listitem')
    .filter({ hasText: edgeName })
  await expect(wrong).toContainText(/[\d.]+\s% of the requests fail, [\d.]+\s% by a fault since .*ago\)/)
  await expect(wrong.getByRole('link', { name: /^revision \d+: Add FaultInjection/ })).toBeVisible()

  await wrong.getByRole('button', { name: edgeName }).click()
  await expect(graph).toHaveURL(/sel=svc%3Ashop%2Fcheckout%3Esvc%3Ashop%2Fpayments/)
  const recorded = graph.getByRole('region', { name: 'Recorded requests' })
  await expect(
    recorded.getByText(/answered by an injected fault: FaultInjection\/shop\/[a-z-]+ of revision \d+/).first(),
  ).toBeVisible()

  await graph.goto('/policies?kind=FaultInjection')
  const fault = graph.getByRole('row').filter({ hasText: 'Answers 30 % with 503' })
  await expect(fault).toContainText(/Ends in \d+/)
  await expect(fault.getByRole('cell').nth(3)).toHaveText(/^[1-9][\d.]*$/)
  await graph.goto('/graph?view=table')

  await page.getByRole('button', { name: 'Roll back', exact: true }).click()
  await page.getByLabel('Reason').fill('The rehearsal is over')
  await page.getByRole('button', { name: 'Roll back now' }).click()
  await expect(page.locator('[data-rollout=rolled_back]')).toBeVisible({ timeout: 30_000 })
  await expect(page.locator('[data-ack=taken-back]').first()).toBeVisible()
  await expect(page.locator('[data-ack=acked], [data-ack=queued]')).toHaveCount(0)
  await expect(row(graph)).toContainText('Healthy', { timeout: 40_000 })
})

/** Approves the change on the page as its author would without the page: with the session's own cookie and token. */
async function approveByApi(page: Page): Promise<{ readonly status: number; readonly code: string }> {
  const { origin, pathname } = new URL(page.url())
  const path = `/api/v1${pathname}`
  const { csrfToken } = (await (await page.request.get('/api/v1/session')).json()) as { csrfToken: string }
  const { contentHash } = (await (await page.request.get(path)).json()) as { contentHash: string }
  const answer = await page.request.post(`${path}/approve`, {
    headers: { origin, 'x-heddle-csrf': csrfToken },
    data: { contentHash },
  })
  const { code } = (await answer.json()) as { code: string }
  return { status: answer.status(), code }
}
