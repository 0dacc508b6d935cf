import { expect, test } from '@playwright/test'
import { axeFaults } from './axe.ts'
import { signedIn, signIns } from './people.ts'

test('an API token is made, its secret told once, used until it is revoked, and refused from then on', async ({
  browser,
}) => {
  const name = `pipeline-${Date.now().toString(36)}`
  const page = await signedIn(browser, signIns().editor)
  await page.getByRole('button', { name: /^User menu/ }).click()
  await page.getByRole('menuitem', { name: 'API tokens' }).click()
  const create = page.getByRole('button', { name: 'Create token' })
  await expect(create).toHaveAttribute('aria-disabled', 'true')
  await page.getByLabel('Name', { exact: true }).fill(name)
  await expect(page.getByLabel('May act as').getByRole('option')).toHaveText([/^viewer/, /^editor/])
  await create.click()
  await expect(page.getByRole('button', { name: 'Copy secret' })).toBeFocused()
  const secret = await page.getByText(/^heddle_/).innerText()
  const faults = await axeFaults(page)
  await page.getByRole('button', { name: 'I have it' }).click()
  await page.reload()
  const row = page.getByRole('row', { name: new RegExp(name) })
  await expect(row).toContainText('viewer')
  await expect(row).toContainText('never')
  expect(await page.content()).not.toContain(secret)
  const withToken = async () => {
    const answer = await fetch(`${process.env.HEDDLE_E2E_CONTROL}/api/v1/session`, {
      headers: { authorization: `Bearer ${secret}` },
    })
    return answer.status
  }
  expect(await withToken()).toBe(200)

  await row.getByRole('button', { name: `Revoke ${name}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke token' }).click()
  await expect(row).toHaveCount(0)

  expect(await withToken()).toBe(401)
  expect(faults).toEqual([])
})
