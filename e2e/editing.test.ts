import { expect, test } from '@playwright/test'
import { signedIn, signIns } from './people.ts'

const route = '/policies/HTTPRoute/shop/payments/edit'

test('one changed field is one changed line, and what is written survives a reload', async ({ browser }) => {
  const page = await signedIn(browser, signIns().editor, route)

  await page.getByLabel('Weight 2').fill('30')
  const difference = page.getByRole('region', { name: /Difference of HTTPRoute/ })
  await expect(difference.locator('ins')).toHaveText([/weight: 30/])
  await expect(difference.locator('del')).toHaveText([/weight: 20/])
  await page.reload()
  await expect(page.getByLabel('Weight 2')).toHaveValue('30')
  await page.getByRole('button', { name: 'Discard draft' }).click()

  await expect(page.getByLabel('Weight 2')).toHaveValue('20')
})

test('numbers with a point and lists with commas can be typed letter by letter', async ({ browser }) => {
  const page = await signedIn(browser, signIns().editor, '/policies/new?kind=FaultInjection&destination=shop/cart')
  await page.getByLabel('Abort percentage').fill('')
  await page.getByLabel('Abort percentage').pressSequentially('0.05')
  await expect(page.getByLabel('Abort percentage')).toHaveValue('0.05')

  await page.goto('/policies/new?kind=AuthorizationPolicy&action=DENY&source=shop/web&destination=shop/cart')
  await page.getByLabel('Rule 1: methods').pressSequentially('GET, POST')

  await expect(page.getByLabel('Rule 1: methods')).toHaveValue('GET, POST')
})

test('who wants to split a service that has a route is led to that route', async ({ browser }) => {
  const page = await signedIn(browser, signIns().editor, '/policies')

  await page.goto('/policies/new?kind=HTTPRoute&destination=shop/payments')

  await expect(page).toHaveURL(new RegExp(`${route}$`))
})

test('a revision that comes while one writes is shown, and nothing is overwritten in silence', async ({ browser }) => {
  const { editor, approver } = signIns()
  const late = await signedIn(browser, editor, route)
  await late.getByLabel('Weight 2').fill('25')
  const early = await signedIn(browser, editor, route)
  await early.getByLabel('Request timeout').fill('4s')
  await early.getByLabel('Reason').fill('Charges are either fast or lost')
  await early.getByRole('button', { name: 'Propose change' }).click()
  await expect(early.getByRole('heading', { level: 1, name: /#\d+ Change HTTPRoute/ })).toBeVisible()
  const other = await signedIn(browser, approver, new URL(early.url()).pathname)
  await other.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(other.locator('[data-rollout=complete]')).toBeVisible({ timeout: 60_000 })

  await expect(late.getByText(/has changed this policy since revision/)).toBeVisible()
  await late.getByLabel('Reason').fill('A little more for the second version')
  await late.getByRole('button', { name: 'Propose change' }).click()
  await expect(late.getByText('It was not proposed')).toBeVisible()
  await late.getByRole('button', { name: /Begin again from revision/ }).click()

  await expect(late.getByLabel('Request timeout')).toHaveValue('4s')
  await expect(late.getByLabel('Weight 2')).toHaveValue('20')
  await other.getByRole('button', { name: 'Roll back', exact: true }).click()
  await other.getByLabel('Reason').fill('The rehearsal is over')
  await other.getByRole('button', { name: 'Roll back now' }).click()
  await expect(other.locator('[data-rollout=rolled_back]')).toBeVisible({ timeout: 30_000 })
})

test('an old revision is proposed again from where it is compared, and nothing happens before a reason and an approval', async ({
  browser,
}) => {
  const page = await signedIn(browser, signIns().editor, '/revisions/compare/0/1')
  await expect(page.getByRole('heading', { level: 1, name: 'Revision 0 and 1' })).toBeVisible()
  await page.getByRole('button', { name: 'Restore revision 0…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Restore revision 0?' })
  await expect(dialog.getByRole('region', { name: 'What would be different' })).toContainText('deleted')
  await expect(dialog.getByRole('button', { name: 'Propose restoring' })).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByLabel('Reason').fill('A rehearsal that is taken back')
  await dialog.getByRole('button', { name: 'Propose restoring' }).click()

  await expect(page.getByRole('heading', { level: 1, name: /^#\d+ / })).toBeVisible()
  await expect(page.getByText('In review').first()).toBeVisible()
  await page.getByRole('button', { name: 'Withdraw' }).click()
})
