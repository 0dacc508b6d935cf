import { expect, type Page, test } from '@playwright/test'
import { approveChange, proposeFault } from './inject-fault.ts'
import { signedIn, signIns } from './people.ts'
import { rollBackAfterFailure } from './roll-back-after-failure.ts'

test.afterEach(rollBackAfterFailure)

test('a change whose policy another one has changed meanwhile says so, is merged at the press of a key, and is approved then', async ({
  browser,
}) => {
  const [author, approver] = [await signedIn(browser, signIns().editor), await signedIn(browser, signIns().approver)]
  const name = `moved-${Date.now().toString(36)}`
  await makeActive(author, approver, name, { percentage: 0.1 })
  const theirs = await proposeFault(author, name, { percentage: 0.2 })
  const ours = await proposeFault(author, name, { percentage: 0.1, duration: '11m' })
  await author.goto(`/changes/${ours.id}`)
  await expect(approve(author)).toBeVisible()
  await approveChange(approver, theirs)

  const moved = author.getByRole('region', { name: /^Revision \d+ has changed the same since revision \d+/ })
  await expect(moved).toContainText('spec.abort.percentage: 0.1 → 0.2', { timeout: 30_000 })
  await approver.goto(`/changes/${ours.id}`)
  await expect(approve(approver)).toHaveAttribute('aria-disabled', 'true')
  await approve(approver).focus()
  await expect(approver.getByRole('tooltip').filter({ visible: true })).toContainText('has to stand on it first')
  await moved.getByRole('button', { name: /^Merge revision \d+ into it/ }).click()
  await expect(moved).toHaveCount(0)
  await expect(author.getByRole('region', { name: /Difference of FaultInjection/ }).locator('ins')).toHaveText([/11m/])
  await expect(approve(approver)).not.toHaveAttribute('aria-disabled', 'true', { timeout: 30_000 })
  await approve(approver).click()

  await expect(author.locator('[data-rollout=complete]')).toBeVisible({ timeout: 60_000 })
  await rollBack(author)
})

test('where both changed the same place the two are named, and somebody decides', async ({ browser }) => {
  const [author, approver] = [await signedIn(browser, signIns().editor), await signedIn(browser, signIns().approver)]
  const name = `contested-${Date.now().toString(36)}`
  await makeActive(author, approver, name, { percentage: 0.1 })
  const theirs = await proposeFault(author, name, { percentage: 0.2 })
  const ours = await proposeFault(author, name, { percentage: 0.3 })
  await approveChange(approver, theirs)
  await author.goto(`/changes/${ours.id}`)
  await author.getByRole('button', { name: /^Merge revision \d+ into it/ }).click()

  await expect(author.getByText('0.1 became 0.2 meanwhile, and this change makes it 0.3')).toBeVisible()
  await author.getByRole('button', { name: /^Keep this change as it is, over revision \d+/ }).click()
  await expect(
    author.getByRole('region', { name: /^Revision \d+ has changed the same since revision \d+/ }),
  ).toHaveCount(0)
  const difference = author.getByRole('region', { name: /Difference of FaultInjection/ })
  await expect(difference.locator('del')).toHaveText([/0\.2/])
  await expect(difference.locator('ins')).toHaveText([/0\.3/])
  await approver.goto(`/changes/${ours.id}`)
  await approve(approver).click()

  await expect(author.locator('[data-rollout=complete]')).toBeVisible({ timeout: 60_000 })
  await rollBack(author)
})

const approve = (page: Page) => page.getByRole('button', { name: 'Approve', exact: true })

async function makeActive(author: Page, approver: Page, ...fault: [string, object]): Promise<void> {
  await approveChange(approver, await proposeFault(author, ...fault))
}

/** Takes the fault's last form back; the one before stays, and hardly ever acts, so that other tests do not meet it. */
async function rollBack(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Roll back', exact: true }).click()
  await page.getByRole('dialog').getByLabel('Reason').fill('The rehearsal is over')
  await page.getByRole('button', { name: 'Roll back now' }).click()
  await expect(page.locator('[data-rollout=rolled_back]')).toBeVisible({ timeout: 30_000 })
}
