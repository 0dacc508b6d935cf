import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { signedIn, signIns } from './people.ts'

const pages = [
  ['/graph', 'Graph'],
  ['/graph?view=table&sel=svc%3Ashop%2Fweb%3Esvc%3Ashop%2Fcart', 'Graph'],
  ['/services', 'Services'],
  ['/services/shop/payments', 'payments'],
  ['/policies', 'Policies'],
  ['/policies/HTTPRoute/shop/payments', 'shop/payments'],
  ['/policies/HTTPRoute/shop/payments/edit', 'Edit shop/payments'],
  [
    '/policies/new?kind=AuthorizationPolicy&action=DENY&source=shop/web&destination=shop/cart',
    'New AuthorizationPolicy',
  ],
  ['/changes', 'Changes'],
  ['/revisions', 'Revisions'],
  ['/revisions/compare/0/1', 'Revision 0 and 1'],
  ['/proxies', 'Proxies'],
  ['/audit', 'Audit'],
] as const

for (const scheme of ['light', 'dark'] as const) {
  test(`every page opens without an error and is clean for axe, ${scheme}`, async ({ browser }) => {
    const page = await openSignedIn(browser)
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    const troubles: string[] = []
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text())
    })

    const violations: string[] = []
    for (const [path, heading] of pages) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
      await expect(page.getByRole('status', { name: /^Loading/ })).toHaveCount(0)
      const { violations: found } = await new AxeBuilder({ page }).analyze()
      violations.push(...found.map(({ id, nodes }) => `${path}: ${id}: ${nodes[0]?.html.slice(0, 160)}`))
    }

    expect(violations).toEqual([])
    expect(troubles).toEqual([])
  })
}

test('the sign-in page is clean for axe, refuses a wrong password in words, and returns to where one wanted to go', async ({
  page,
}) => {
  await page.goto('/proxies?ns=shop')
  await expect(page.getByRole('heading', { name: /Sign in/ })).toBeVisible()
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])

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
