import { expect, type Page, test } from '@playwright/test'
import { axeFaults } from './axe.ts'
import { proposeFault } from './inject-fault.ts'
import { signedIn, signIns } from './people.ts'
import { rollBackAfterFailure } from './roll-back-after-failure.ts'

test.afterEach(rollBackAfterFailure)

test('on a phone: an edge is looked at, a change approved, its acknowledgements read, and it is slid back', async ({
  browser,
}) => {
  const { editor, approver } = signIns()
  const { id } = await proposeFault(await signedIn(browser, editor), `by-phone-${Date.now().toString(36)}`)
  const phone = await signedIn(browser, approver)
  await phone.setViewportSize({ width: 390, height: 844 })
  const bar = phone.getByRole('navigation', { name: 'Main' }).filter({ visible: true })
  await bar.getByRole('link', { name: 'Graph' }).click()
  await phone.locator('table').getByRole('button', { name: 'web → cart' }).click()
  await expect(phone.locator('[data-graph-canvas]')).toBeVisible()
  const faults = [...(await axeFaults(phone))]
  await phone.getByRole('button', { name: 'Close details' }).click()

  await phone.goto(`/changes/${id}`)
  await phone.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(phone.locator('[data-rollout=complete]')).toBeVisible({ timeout: 60_000 })
  await expect(phone.locator('[data-ack=acked]').first()).toBeVisible()
  faults.push(...(await axeFaults(phone)))
  expect(await smallTargets(phone)).toEqual([])
  await phone.getByRole('button', { name: 'Roll back', exact: true }).click()
  await phone.getByRole('dialog').getByLabel('Reason').fill('Seen enough')
  const slide = phone.getByRole('slider', { name: /Slide to the end: roll back/ })
  await slide.press('ArrowRight')
  await expect(phone.getByRole('dialog')).toBeVisible()
  await slide.press('End')

  await expect(phone.locator('[data-rollout=rolled_back]')).toBeVisible({ timeout: 30_000 })
  expect(faults).toEqual([])
})

/** Buttons that are too low for a finger. */
function smallTargets(page: Page): Promise<unknown> {
  return page.evaluate(
    `[...document.querySelectorAll('main button, nav button, nav a')].filter((e) => e.offsetParent && e.getBoundingClientRect().height < 44).map((e) => e.textContent)`,
  )
}
