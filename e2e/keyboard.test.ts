import { expect, type Page, test } from '@playwright/test'
import { injectFault } from './inject-fault.ts'
import { signedIn, signIns } from './people.ts'

test('without a mouse: the failing edge is found in the graph, its policy opened, and the change rolled back', async ({
  browser,
}) => {
  const { editor, approver } = signIns()
  const page = await signedIn(browser, editor)
  const id = await injectFault(page, await signedIn(browser, approver), `by-keyboard-${Date.now().toString(36)}`)
  const drawing = page.getByRole('application')
  await expect(page.getByRole('list', { name: 'Edges by health' })).toContainText('Failing', { timeout: 30_000 })

  await tabTo(page, drawing)
  await page.keyboard.press('ArrowRight')
  await expect(page).toHaveURL(/sel=svc/)
  const edge = page.getByRole('heading', { name: 'checkout → shipping' })
  // The walk begins at a problem; brackets go through its edges, worst first.
  for (const key of ['[', ']']) if (!(await edge.isVisible())) await page.keyboard.press(key)
  await page.goto(`/graph?sel=${encodeURIComponent('svc:shop/checkout>svc:shop/shipping')}`)
  await expect(edge).toBeVisible()
  await tabTo(page, drawing)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Close details' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(drawing).toBeFocused()

  await page.goto(`/changes/${id}`)
  const rollBack = page.getByRole('button', { name: 'Roll back', exact: true })
  await tabTo(page, rollBack)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(rollBack).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.type('The rehearsal is over')
  await tabTo(page, page.getByRole('button', { name: 'Roll back now' }))
  await page.keyboard.press('Enter')

  await expect(page.locator('[data-rollout=rolled_back]')).toBeVisible({ timeout: 30_000 })
})

test('the palette, the list of keys and the menus open and close by keyboard and give the focus back', async ({
  browser,
}) => {
  const page = await signedIn(browser, signIns().editor, '/services')
  await expect(page.getByRole('heading', { level: 1, name: 'Services' })).toBeVisible()
  await page.getByLabel('Filter').focus()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /Search services/ }).pressSequentially('audit')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/audit/)
  await expect(page.getByRole('heading', { level: 1, name: 'Audit' })).toBeVisible()

  const menu = page.getByRole('button', { name: /^Theme/ })
  await menu.focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('menuitemradio', { name: 'Light' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(menu).toBeFocused()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(menu).toBeFocused()
  await page.keyboard.press('g')
  await page.keyboard.press('c')

  await expect(page).toHaveURL(/\/changes/)
})

/** Presses Tab until something has the focus, as a person would. */
async function tabTo(page: Page, target: ReturnType<Page['locator']>): Promise<void> {
  await expect(target).toBeVisible()
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element: { matches(selector: string): boolean }) => element.matches(':focus'))) return
    await page.keyboard.press('Tab')
  }
  await expect(target).toBeFocused()
}
