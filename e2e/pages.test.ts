import { type Browser, expect, type Page, test } from '@playwright/test'
import { axeFaults } from './axe.ts'
import { faultsInEveryLook } from './every-look.ts'
import { everyPage } from './every-page.ts'
import { signedIn, signIns } from './people.ts'

// In two halves, each page loaded once and then looked at in every way.
for (const half of [0, 1] as const) {
  test(`every page opens without an error, fits and is clean for axe, light and dark, wide and narrow (${half + 1} of 2)`, async ({
    browser,
  }) => {
    test.slow()
    const page = await openSignedIn(browser)
    const troubles: string[] = []
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text())
    })

    const faults: string[] = []
    for (const [path, heading] of everyPage.filter((_, place) => place % 2 === half)) {
      await page.goto(path)
      const isReady = async () => {
        await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
        await expect(page.getByRole('status', { name: /^(Loading|Checking|Rehearsing)/ })).toHaveCount(0)
      }
      faults.push(...(await faultsInEveryLook(page, isReady)))
    }

    expect(faults).toEqual([])
    expect(troubles).toEqual([])
  })
}

test('the sign-in page is clean for axe, refuses a wrong password in words, and returns to where one wanted to go', async ({
  page,
}) => {
  await page.goto('/proxies?ns=shop')
  await expect(page.getByRole('heading', { name: /Sign in/ })).toBeVisible()
  expect(await axeFaults(page)).toEqual([])

  await page.getByLabel('Username').fill('erin')
  await page.getByLabel('Password').fill('not this one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Not signed in')).toBeVisible()
  await page.getByLabel('Username').fill(signIns().editor.username)
  await page.getByLabel('Password').fill(signIns().editor.password)
  await page.getByRole('button', { name: 'Sign in' }).click()

  await expect(page).toHaveURL(/\/proxies\?ns=shop$/)
})

test('the graph is walked through by keyboard, and nothing moves while values change', async ({ browser }) => {
  const page = await openSignedIn(browser)
  const drawing = page.getByRole('application', { name: /Graph of services/ })
  await expect(drawing).toBeVisible()
  const read = (what: 'position' | 'label') =>
    page.locator('[data-graph-canvas]').evaluate((element: unknown, wanted) => {
      type Node = { id(): string; position(): object; data(name: string): string }
      const holder = element as { _cyreg?: { cy: { nodes(): { map(read: (node: Node) => unknown): unknown } } } }
      const nodes = holder._cyreg?.cy.nodes()
      return JSON.stringify(
        nodes?.map((node) => [node.id(), wanted === 'label' ? node.data('label') : node.position()]) ?? null,
      )
    }, what)
  const positions = () => read('position')
  await expect.poll(positions).not.toBe('null')

  await drawing.focus()
  await page.keyboard.press('ArrowRight')
  await expect(page).toHaveURL(/sel=svc/)
  await page.keyboard.press('Escape')
  await expect(page).not.toHaveURL(/sel=/)
  await page.goto('/graph?sel=svc%3Ashop%2Fweb')
  await expect(page.getByRole('heading', { name: 'web' })).toBeVisible()
  await expect.poll(positions).not.toBe('null')
  await drawing.focus()
  await page.keyboard.press(']')
  await expect(page.getByRole('heading', { name: /^web → / })).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(page).toHaveURL(/sel=svc%3Ashop%2F(?!web)/)
  await page.keyboard.press('Escape')
  await expect(page).not.toHaveURL(/sel=/)
  await expect(page.getByRole('status', { name: 'Live stream: live' })).toBeVisible()
  const before = await positions()
  const labels = await read('label')
  await expect.poll(() => read('label')).not.toBe(labels)

  expect(await positions()).toBe(before)
})

test('a problem in a policy is told where it stands, in the form and in the text', async ({ browser }) => {
  const page = await openSignedIn(browser, '/policies/new?kind=FaultInjection&destination=shop/payments')
  await page.getByLabel('Abort percentage').fill('130')

  await expect(page.getByLabel('Abort percentage')).toHaveAttribute('aria-invalid', 'true')
  await expect(page.locator('.cm-lintRange-error').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Propose change' })).toHaveAttribute('aria-disabled', 'true')
})

function openSignedIn(browser: Browser, at?: string): Promise<Page> {
  return signedIn(browser, signIns().editor, at)
}
