import { expect, type Locator, type Page, test } from '@playwright/test'
import { approveChange, proposeYaml } from './inject-fault.ts'
import { ownBrowser, signedIn, signIns } from './people.ts'
import { rollBackAfterFailure } from './roll-back-after-failure.ts'

test.afterEach(rollBackAfterFailure)

test('without a mouse or an address: sign in, propose a fault on an edge, have it approved, walk to what fails, and roll it back', async ({
  browser,
}) => {
  const { editor, approver } = signIns()
  const name = `by-keyboard-${Date.now().toString(36)}`
  const page = await signedInByKeyboard(await (await ownBrowser(browser)).newPage(), editor)
  // What comes over the live stream stands there when the page listens to keys.
  await expect(page.getByRole('list', { name: 'Edges by health' })).toBeVisible()
  await page.keyboard.press('Shift+T')
  await tabTo(page, page.getByRole('button', { name: 'checkout → shipping', exact: true }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('link', { name: 'Inject a fault here…' }))
  await page.keyboard.press('Enter')
  await write(page, page.getByLabel('Name', { exact: true }), name)
  await write(page, page.getByLabel('Abort percentage'), '60')
  await tabTo(page, page.getByLabel('Reason'))
  await page.keyboard.type('Does checkout survive?')
  await expect(page.getByRole('button', { name: 'Propose change' })).not.toHaveAttribute('aria-disabled', 'true')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(name) })).toBeVisible()

  const other = await signedInByKeyboard(await (await ownBrowser(browser)).newPage(), approver)
  await goTo(other, 'c', 'Changes')
  await tabTo(other, other.getByRole('link', { name: new RegExp(name) }))
  await other.keyboard.press('Enter')
  await tabTo(other, other.getByRole('button', { name: 'Approve', exact: true }))
  await other.keyboard.press('Enter')
  await expect(page.locator('[data-rollout=complete]')).toBeVisible({ timeout: 60_000 })

  await goTo(page, 'g', 'Graph')
  await expect(page.getByRole('list', { name: 'Edges by health' })).toContainText('Failing', { timeout: 30_000 })
  const drawing = page.getByRole('application')
  await tabTo(page, drawing)
  // The walk begins at a problem: into it, and from there along what fails, worst first.
  await page.keyboard.press('ArrowRight')
  await walkTo(page, page.getByRole('heading', { name: 'checkout → shipping' }), ['[', 'ArrowRight', ']'])
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Close details' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(drawing).toBeFocused()

  await goTo(page, 'c', 'Changes')
  await tabTo(page, page.getByRole('link', { name: new RegExp(name) }))
  await page.keyboard.press('Enter')
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

test('an incident without a mouse: from what is wrong to the refused request, its rule and its revision, and back to how it was', async ({
  browser,
}) => {
  // A rollout, and twice the time until a window of the graph is full of what is so now.
  test.slow()
  const { editor, approver } = signIns()
  const name = `by-mistake-${Date.now().toString(36)}`
  const author = await signedIn(browser, editor, '/changes')
  await untilWell(author, 'checkout', 'shipping')
  const change = await proposeYaml(author, `Deny ${name}`, denial(name))
  await approveChange(await signedIn(browser, approver, '/changes'), change)
  const page = await signedInByKeyboard(await (await ownBrowser(browser)).newPage(), editor)
  const wrong = page.getByRole('region', { name: 'What is wrong now' })
  const edge = wrong.getByRole('button', { name: /^(Degraded|Failing): checkout → shipping/ })
  // On a machine that is short of time something is slow as well, and stands before it.
  await expect(async () => {
    const more = wrong.getByRole('button', { name: /^and \d+ more/ })
    if (await more.isVisible()) await more.press('Enter')
    await expect(edge).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: 40_000 })

  await tabTo(page, edge)
  await page.keyboard.press('Enter')
  const requests = page.getByRole('region', { name: 'Recorded requests' })
  await expect(requests).toContainText(`AuthorizationPolicy/shop/${name}, rule 1 of revision`)
  await tabTo(page, requests.getByRole('link', { name: new RegExp(name) }).first())
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(name) })).toBeVisible()
  await page.goBack()
  await tabTo(page, wrong.getByRole('link', { name: new RegExp(`^revision \\d+: Deny ${name}`) }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Roll back', exact: true }))
  await page.keyboard.press('Enter')
  await page.keyboard.type('It denied what was meant to be')
  await tabTo(page, page.getByRole('button', { name: 'Roll back now' }))
  await page.keyboard.press('Enter')

  await expect(page.locator('[data-rollout=rolled_back]')).toBeVisible({ timeout: 30_000 })
  await goTo(page, 'g', 'Graph')
  await expect(edge).toHaveCount(0, { timeout: 40_000 })
})

/**
 * What was done to the edge before is over, and was so for a window of the graph: since when it is unwell, and what came with that,
 * would be told of it else.
 */
async function untilWell(page: Page, from: string, to: string): Promise<void> {
  let wellSince = Number.POSITIVE_INFINITY
  const wellForMs = async () => {
    wellSince = (await healthOf(page, from, to)) === 'ok' ? Math.min(wellSince, Date.now()) : Number.POSITIVE_INFINITY
    return Date.now() - wellSince
  }
  await expect.poll(wellForMs, { timeout: 90_000 }).toBeGreaterThan(15_000)
}

async function healthOf(page: Page, from: string, to: string): Promise<string | undefined> {
  const { edges } = (await (await page.request.get('/api/v1/graph')).json()) as {
    edges: { source: string; target: string; health: string }[]
  }
  return edges.find(({ source, target }) => source.endsWith(`/${from}`) && target.endsWith(`/${to}`))?.health
}

/** Refuses half of what goes from checkout to shipping. */
const denial = (name: string) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  targetRefs: [{ group: "", kind: Service, name: shipping }]
  action: DENY
  rules: [{ to: [{ operation: { paths: [/quote] } }] }]
`

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

/** Signs in as a person without a mouse does, from the first page on. */
async function signedInByKeyboard(page: Page, who: ReturnType<typeof signIns>['editor']): Promise<Page> {
  await page.goto('/')
  await tabTo(page, page.getByLabel('Username'))
  await page.keyboard.type(who.username)
  await tabTo(page, page.getByLabel('Password'))
  await page.keyboard.type(who.password)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/graph/)
  return page
}

/** Writes over what stands in a field. */
async function write(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field)
  await page.keyboard.press('Control+a')
  await page.keyboard.type(text)
}

/** Presses a place's two keys. */
async function goTo(page: Page, key: string, heading: string): Promise<void> {
  await page.keyboard.press('g')
  await page.keyboard.press(key)
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
}

/** Walks over the graph: the first key once, the others in turn; each moves the selection, which the address tells. */
async function walkTo(page: Page, target: Locator, [first = '', ...others]: readonly string[]): Promise<void> {
  await expect(page).toHaveURL(/sel=/)
  for (const key of [first, ...others, ...others, ...others, ...others]) {
    const before = page.url()
    await page.keyboard.press(key)
    await expect(page).not.toHaveURL(before)
    if (await target.isVisible()) break
  }
  await expect(target).toBeVisible()
}

/** Presses Tab until something has the focus, as a person would. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible()
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element: { matches(selector: string): boolean }) => element.matches(':focus'))) return
    await page.keyboard.press('Tab')
  }
  await expect(target).toBeFocused()
}
