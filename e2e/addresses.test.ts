import { expect, type Page, test } from '@playwright/test'
import { signedIn, signIns } from './people.ts'

test('what a table is filtered and sorted by stands in the address, and a reload keeps it', async ({ browser }) => {
  const page = await signedIn(browser, signIns().viewer, '/services')
  await page.getByLabel('Filter').fill('pay')
  const p99 = page.getByRole('columnheader', { name: 'p99' })
  await p99.getByRole('button').click()
  await expect(page).toHaveURL(/q=pay/)
  await expect(page).toHaveURL(/sort=-p99/)
  await page.reload()

  await expect(page.getByLabel('Filter')).toHaveValue('pay')
  await expect(p99).toHaveAttribute('aria-sort', 'descending')
  await expect(page.getByRole('row', { name: /shop\/cart/ })).toHaveCount(0)
})

test('the palette finds a change, a revision, a proxy and the page of tokens', async ({ browser }) => {
  const page = await signedIn(browser, signIns().viewer, '/services')
  await expect(page.getByRole('heading', { level: 1, name: 'Services' })).toBeVisible()
  for (const [typed, found, address] of [
    ['the shop starts', /^#\d+ The policies that the shop starts with/, /\/changes\/.+/],
    ['revision r1', /^Revision 1:/, /\/revisions\/compare\/0\/1/],
    ['cart-v1-1', /cart-v1-1/, /\/proxies\/.+cart-v1-1/],
    ['tokens', /API tokens/, /\/settings\/tokens/],
  ] as const) {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: /Search services/ }).fill(typed)
    await page.getByRole('option', { name: found }).first().click()

    await expect(page).toHaveURL(address)
  }
})

test('a refused request is told with why, and the tab is named after what is shown', async ({ browser }) => {
  const page = await signedIn(browser, signIns().viewer, '/services/shop/payments?tab=requests&only=denied')
  // Whoever comes without a sidecar has no name, and payments lets only checkout charge.
  const refused = await fetch(`http://${await addressOf(page, 'payments-v1-1')}:8080/admin`)
  expect(refused.status).toBe(403)

  const row = page.getByRole('row', { name: /GET \/admin/ }).first()
  await expect(row).toContainText('refused: no rule allows it', { timeout: 30_000 })
  await expect(row).toContainText('403')
  await page.getByLabel('Show').selectOption('All')
  const allowed = page.getByRole('row', { name: /POST \/charge/ }).first()
  await expect(allowed).toContainText(/AuthorizationPolicy\/shop\/payments-callers, rule 1/)
  await allowed.getByRole('link').click()
  await expect(page).toHaveURL(/\/policies\/AuthorizationPolicy\/shop\/payments-callers/)
  await page.goto('/changes')
  await page.getByRole('link', { name: /The policies that the shop starts with/ }).click()

  await expect(page).toHaveTitle(/^#\d+ The policies that the shop starts with · Heddle$/)
})

test('from the id of a request somebody complains about to its hops, and to the rule of the revision that refused it', async ({
  browser,
}) => {
  const page = await signedIn(browser, signIns().viewer, '/services')
  await expect(page.getByRole('heading', { level: 1, name: 'Services' })).toBeVisible()
  const id = `complaint-${Date.now()}`
  const address = await addressOf(page, 'payments-v1-1')
  expect((await fetch(`http://${address}:8080/admin`, { headers: { 'x-request-id': id } })).status).toBe(403)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /Search services/ }).fill(id)
  await page.getByRole('option', { name: `Find the request ${id}` }).click()
  await expect(page).toHaveURL(new RegExp(`/requests\\?id=${id}`))

  await page.getByRole('button', { name: 'GET /admin' }).click({ timeout: 30_000 })
  const details = page.getByRole('complementary', { name: 'GET /admin' })
  await expect(details).toContainText(/403 after [\d.]+\s*ms: refused: no rule allows it/)
  await expect(details).toContainText('payments-v1-1')
  await expect(details.getByRole('region', { name: 'Request id' })).toContainText(id)
  await expect(details.getByRole('link', { name: /^revision \d+$/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(details).toHaveCount(0)
})

test('a service says how each of its versions and instances does, and leads to each', async ({ browser }) => {
  const page = await signedIn(browser, signIns().viewer, '/services/shop/payments')
  const table = page.getByRole('region', { name: 'Versions and instances', exact: true })
  for (const name of ['v1', 'payments-v1-1.shop', 'payments-v1-2.shop', 'v2', 'payments-v2-1.shop']) {
    await expect(table.getByRole('row', { name: new RegExp(`^${name} `) })).toContainText(/rps/)
  }

  await table.getByRole('link', { name: 'payments-v1-2.shop' }).click()

  await expect(page).toHaveURL(/\/proxies\/.+payments-v1-2/)
})

test('a service that does not exist is said not to, offers nothing to begin, and is not asked for again', async ({
  browser,
}) => {
  const page = await signedIn(browser, signIns().editor, '/services')
  await page.clock.install()
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/services/shop/nowhere')) asked.push(request.url())
  })
  await page.goto('/services/shop/nowhere')

  await expect(page.getByText('there is no service shop/nowhere')).toBeVisible()
  await expect(page.getByText('Inject a fault…')).toHaveCount(0)
  const before = asked.length
  await page.clock.runFor(20_000)
  await expect(page.getByRole('heading', { level: 1, name: 'shop/nowhere' })).toBeVisible()
  expect(asked).toHaveLength(before)
})

/** Where a sidecar listens for its instance. */
async function addressOf(page: Page, name: string): Promise<string> {
  const answer = await page.request.get('/api/v1/proxies?limit=500')
  const { items } = (await answer.json()) as { items: readonly { readonly id: string; readonly address: string }[] }
  return items.find(({ id }) => id.includes(name))?.address ?? ''
}
